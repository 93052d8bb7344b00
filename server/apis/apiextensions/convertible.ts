/** What a schema may not have anywhere if it is to be read as a structural one; selectable fields ask for that before anything else. */
import { invalid } from '../../apimachinery/errors/field-error.ts';
import { asObject, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import type { Errors } from '../validation/checks.ts';

/** By what messages call them, in the order in which upstream looks. */
const unsupported: readonly (readonly [shown: string, field: string])[] = [
  ['id', 'id'],
  ['schema', '$schema'],
  ['$ref', '$ref'],
  ['patternProperties', 'patternProperties'],
  ['dependencies', 'dependencies'],
  ['additionalItems', 'additionalItems'],
  ['definitions', 'definitions'],
];

export function checkConvertible(schema: JsonValue | undefined, path: string, errors: Errors): void {
  const problem = isJsonObject(schema) ? conversionProblem(schema) : undefined;
  if (problem !== undefined) errors.push(invalid(path, '', problem));
}

/** Undefined: it can be read. */
export function conversionProblem(schema: JsonObject): string | undefined {
  const found = unsupported.find(([, field]) => isSet(schema[field]));
  if (found !== undefined) return `OpenAPIV3Schema '${found[0]}' is not supported`;
  const { items, properties, additionalProperties } = schema;
  if (Array.isArray(items)) return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  for (const inner of [items, ...Object.values(asObject(properties)), additionalProperties]) {
    const problem = isJsonObject(inner) ? conversionProblem(inner) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}
