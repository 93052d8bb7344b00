/** Which schemas a document must hold: everything its operations and their schemas refer to. */
import { isJsonSchema, type JsonSchema, SCHEMAS } from './json-schema.ts';

/**
 * Schemas of the given types and of all they refer to, sorted by name.
 * @param schemaOf writes the schema of one type
 */
export function collectSchemas(
  roots: Iterable<string>,
  schemaOf: (typeName: string) => JsonSchema,
): Map<string, JsonSchema> {
  const schemas = new Map<string, JsonSchema>();
  const pending = [...roots];
  for (let typeName = pending.pop(); typeName !== undefined; typeName = pending.pop()) {
    if (schemas.has(typeName)) continue;
    const schema = schemaOf(typeName);
    schemas.set(typeName, schema);
    collectReferences(schema, pending);
  }
  return new Map([...schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function collectReferences(schema: JsonSchema, references: string[]): void {
  const { $ref, properties, items, additionalProperties, allOf } = schema;
  if ($ref?.startsWith(SCHEMAS)) references.push($ref.slice(SCHEMAS.length));
  if (isJsonSchema(properties)) {
    for (const property of Object.values(properties)) {
      if (isJsonSchema(property)) collectReferences(property, references);
    }
  }
  if (isJsonSchema(items)) collectReferences(items, references);
  if (isJsonSchema(additionalProperties)) collectReferences(additionalProperties, references);
  if (Array.isArray(allOf)) {
    for (const part of allOf) if (isJsonSchema(part)) collectReferences(part, references);
  }
}
