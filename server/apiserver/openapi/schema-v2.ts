/** Turns OpenAPI 3 schemas into the older form of OpenAPI 2, as kubectl's clients of that document expect it. */
import { DEFINITIONS, isJsonSchema, type JsonSchema, mapNested, SCHEMAS } from './json-schema.ts';

/** Built-in types: no defaults, references beside their descriptions, one type where OpenAPI 3 has alternatives. */
export function builtInSchemaV2(schema: JsonSchema): JsonSchema {
  const { default: _, allOf, oneOf, ...rest } = schema;
  const result = mapNested(rest, builtInSchemaV2);
  const [reference] = allOf ?? [];
  if (reference?.$ref !== undefined) result.$ref = reference.$ref;
  // Quantity and IntOrString: both are strings to a client that knows only one type.
  if (oneOf !== undefined) result.type = 'string';
  if (result.$ref !== undefined) result.$ref = result.$ref.replace(SCHEMAS, DEFINITIONS);
  return result;
}

/**
 * Custom types lose what OpenAPI 2 cannot say: alternatives, nullable, and the properties of objects that keep unknown
 * fields (kubectl would refuse any other field).
 */
export function customSchemaV2(schema: JsonSchema): JsonSchema {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return { type: 'object', ...kindOf(schema) };
  return structuralV2(schema);
}

function kindOf(schema: JsonSchema): JsonSchema {
  const keyword = 'x-kubernetes-group-version-kind';
  return { [keyword]: schema[keyword] };
}

function structuralV2(schema: JsonSchema): JsonSchema {
  const { default: _, allOf, oneOf: _one, anyOf: _any, not: _not, nullable, ...rest } = schema;
  const [reference] = allOf ?? [];
  if (reference?.$ref !== undefined) {
    return { ...rest, $ref: reference.$ref.replace(SCHEMAS, DEFINITIONS) };
  }
  if (rest.$ref !== undefined) return { ...rest, $ref: rest.$ref.replace(SCHEMAS, DEFINITIONS) };
  const result: JsonSchema = rest;
  if (nullable === true) {
    delete result.type;
    delete result.items;
    delete result.properties;
  }
  if (result['x-kubernetes-preserve-unknown-fields'] === true) {
    delete result.items;
    delete result.properties;
    delete result.required;
    if (result.type === 'object') delete result.type;
  }
  if (result.type === 'array' && result.items === undefined) delete result.type;
  const { properties, required } = result;
  if (isJsonSchema(properties) && Array.isArray(required)) {
    const kept = (required as string[]).filter(
      (name) => !isNullable(Object.hasOwn(properties, name) ? properties[name] : undefined),
    );
    if (kept.length > 0) result.required = kept;
    else delete result.required;
  }
  return mapNested(result, structuralV2);
}

function isNullable(schema: JsonSchema | undefined): boolean {
  return schema?.nullable === true;
}
