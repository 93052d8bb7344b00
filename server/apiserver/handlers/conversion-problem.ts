/** Why a map cannot become a type, in the words of upstream's conversion from unstructured objects: the first problem in Go's order of fields. */
import { isJsonObject, isRawJson, type JsonValue } from '../../apimachinery/json.ts';
import { Kind, type Schema } from '../../apimachinery/schema/type-schema.ts';

/** Undefined: the shapes fit; the problem is within a scalar that has its own way of reading. */
export function conversionProblem(schema: Schema, value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  const from = goKind(value);
  switch (schema.kind) {
    case Kind.struct: {
      if (!isJsonObject(value)) return `cannot restore struct from: ${from}`;
      for (const field of schema.fields) {
        const problem = Object.hasOwn(value, field.name)
          ? conversionProblem(field.schema, value[field.name])
          : undefined;
        if (problem !== undefined) return problem;
      }
      return undefined;
    }
    case Kind.list:
      if (!Array.isArray(value)) return `cannot restore slice from ${from}`;
      return firstProblem(schema.element, value);
    case Kind.map:
      if (!isJsonObject(value)) return `cannot restore map from ${from}`;
      return firstProblem(schema.value, Object.values(value));
    case Kind.string:
      if (from === 'string') return undefined;
      return from === 'int64' ? `cannot convert int64 to ${schema.goType}` : 'unrecognized type: string';
    case Kind.boolean:
      return from === 'bool' ? undefined : 'unrecognized type: bool';
    case Kind.integer:
      if (from === 'int64') return undefined;
      return from === 'float64' ? `cannot convert float64 to ${schema.goType}` : `unrecognized type: ${schema.goType}`;
    case Kind.float:
      return from === 'int64' || from === 'float64' ? undefined : `unrecognized type: ${schema.goType}`;
    default:
      return undefined;
  }
}

function firstProblem(schema: Schema, values: readonly (JsonValue | undefined)[]): string | undefined {
  for (const value of values) {
    const problem = conversionProblem(schema, value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The kind of Go value that a patch's decoder makes. */
function goKind(value: JsonValue): string {
  if (Array.isArray(value)) return 'slice';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return isRawJson(value) ? 'int64' : 'map';
}
