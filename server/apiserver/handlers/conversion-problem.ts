/** Why a map cannot become a type, in the words of upstream's conversion from unstructured objects: the first problem in Go's order of fields. */
import { goJson, goQuote } from '../../apimachinery/errors/field-error.ts';
import { isJsonObject, isRawJson, type JsonValue, type RawJson, rawJson } from '../../apimachinery/json.ts';
import { jsonTypeName } from '../../apimachinery/patch/go-value.ts';
import { DecodeError } from '../../apimachinery/schema/decode-error.ts';
import { decodeAsGo } from '../../apimachinery/schema/go-decoder.ts';
import { sourceOf } from '../../apimachinery/schema/json-source.ts';
import { Kind, type Schema } from '../../apimachinery/schema/type-schema.ts';

/** What the conversion says of a value that `error` was thrown for when it was read as JSON. */
export function conversionText(schema: Schema, value: JsonValue, error: DecodeError): string {
  return conversionProblem(schema, value) ?? apart(error);
}

/** Types that read themselves do not know which field they are. */
function apart({ message }: DecodeError): string {
  return message
    .replace(/Go struct field \S+ of type/, 'Go value of type')
    .replace(/^illegal base64/, 'error decoding from json: illegal base64');
}

/** Undefined: it fits, but for integers that JSON has no room for. */
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
    case Kind.bytes:
      if (Array.isArray(value)) return firstProblem(byte, value);
      return from === 'string' ? problemApart(schema, value) : `cannot restore slice from ${from}`;
    case Kind.boolean:
      return from === 'bool' ? undefined : 'unrecognized type: bool';
    case Kind.integer:
      if (from === 'int64') return undefined;
      return from === 'float64' ? `cannot convert float64 to ${schema.goType}` : `unrecognized type: ${schema.goType}`;
    case Kind.float:
      return from === 'int64' || from === 'float64' ? undefined : `unrecognized type: ${schema.goType}`;
    case Kind.intOrString: {
      if (from === 'string' || (typeof value === 'number' && (value | 0) === value)) return undefined;
      const what = from.endsWith('64') ? `number ${goJson(value)}` : jsonTypeName(value);
      return `json: cannot unmarshal ${what} into Go value of type int32`;
    }
    default:
      return problemApart(schema, value);
  }
}

/** Of a type that reads itself with a decoder of its own. */
function problemApart(schema: Schema, value: JsonValue): string | undefined {
  try {
    decodeAsGo(schema, sourceOf(value));
    return undefined;
  } catch (error) {
    if (error instanceof DecodeError) return apart(error);
    throw error;
  }
}

const byte: Schema = { kind: Kind.integer, goType: 'uint8', min: 0, max: 255, range: [0n, 255n] };

function firstProblem(schema: Schema, values: readonly (JsonValue | undefined)[]): string | undefined {
  for (const value of values) {
    const problem = conversionProblem(schema, value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Upstream's conversion names them without the keys of maps on the way, so that some come several times. */
export function unknownFields(schema: Schema, value: JsonValue | undefined, path = ''): readonly string[] {
  if (schema.kind === Kind.list && Array.isArray(value)) {
    return value.flatMap((item, index) => unknownFields(schema.element, item, `${path}[${index}]`));
  }
  if (!isJsonObject(value)) return [];
  if (schema.kind === Kind.map) return Object.values(value).flatMap((item) => unknownFields(schema.value, item, path));
  if (schema.kind !== Kind.struct) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const field = schema.byName.get(key);
    const inner = path === '' ? key : `${path}.${key}`;
    return field === undefined ? [`unknown field ${goQuote(inner)}`] : unknownFields(field.schema, item, inner);
  });
}

/** The kind of Go value that a patch's decoder makes. */
function goKind(value: JsonValue): string {
  if (Array.isArray(value)) return 'slice';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return isRawJson(value) ? 'int64' : 'map';
}

const BITS_OF_LONG = 64;

/** A copy in which every integer fits its type: by its lowest bits, as Go's SetInt stores it. */
export function withWrappedIntegers(schema: Schema, value: JsonValue): JsonValue {
  switch (schema.kind) {
    case Kind.struct:
    case Kind.map: {
      if (!isJsonObject(value)) return value;
      const entries = Object.entries(value).map(([key, item]): [string, JsonValue] => {
        const inner = schema.kind === Kind.map ? schema.value : schema.byName.get(key)?.schema;
        return [key, inner === undefined || item === undefined ? (item ?? null) : withWrappedIntegers(inner, item)];
      });
      return Object.fromEntries(entries);
    }
    case Kind.list:
      return Array.isArray(value) ? value.map((item) => withWrappedIntegers(schema.element, item)) : value;
    case Kind.integer:
      return typeof value === 'number' || isRawJson(value)
        ? wrapped(asLong(value), schema.range[1] > 2n ** 31n ? BITS_OF_LONG : 32)
        : value;
    default:
      return value;
  }
}

/** Floats beyond the range become the lowest integer there is. */
function asLong(value: number | RawJson): bigint {
  if (typeof value !== 'number') return BigInt(value.rawJSON);
  const whole = BigInt(Math.trunc(value));
  return BigInt.asIntN(BITS_OF_LONG, whole) === whole ? whole : BigInt.asIntN(BITS_OF_LONG, 1n << 63n);
}

function wrapped(value: bigint, bits: number): JsonValue {
  const cut = BigInt.asIntN(bits, value);
  return Number.isSafeInteger(Number(cut)) ? Number(cut) : rawJson(String(cut));
}
