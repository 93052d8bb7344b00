/** The order of keys in which upstream's patch libraries write a patched document, which errors quote and warnings follow. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { Kind, type Schema } from '../../apimachinery/schema/type-schema.ts';

export interface WrittenOrderOptions {
  /** Of the document; undefined where it has no type. */
  readonly schema: Schema | undefined;
  /** Values that the library takes over as text. */
  readonly verbatim?: ReadonlySet<JsonValue>;
}

/** Objects that the patch reached into have sorted keys; what is shared with `original` is as Go has written it. */
export function inWrittenOrder(
  patched: JsonValue,
  original: JsonValue | undefined,
  { schema, verbatim }: WrittenOrderOptions,
): JsonValue {
  if (typeof patched !== 'object' || patched === null || verbatim?.has(patched) === true) return patched;
  if (patched === original) return schema === undefined ? patched : inGoOrder(schema, patched);
  if (Array.isArray(patched)) {
    const before = Array.isArray(original) ? original : [];
    const element = schema?.kind === Kind.list ? schema.element : undefined;
    return patched.map((item, index) => {
      const old = before.find((candidate) => hasPartOf(item, candidate)) ?? before[index];
      return inWrittenOrder(item, old, { schema: element, verbatim });
    });
  }
  if (!isJsonObject(patched)) return patched;
  const before = isJsonObject(original) ? original : undefined;
  return withKeys(patched, Object.keys(patched).sort(), (key, value) => {
    const inner = schema === undefined ? undefined : innerSchema(schema, key);
    return inWrittenOrder(value, before?.[key], { schema: inner, verbatim });
  });
}

/** A patch copies only what it reaches into, so that the element that an item was is known by what they still share, wherever it is now. */
function hasPartOf(item: JsonValue, candidate: JsonValue): boolean {
  if (typeof item !== 'object' || item === null) return false;
  if (item === candidate) return true;
  if (Array.isArray(item))
    return Array.isArray(candidate) && item.some((part) => candidate.some((old) => hasPartOf(part, old)));
  if (!isJsonObject(item) || !isJsonObject(candidate)) return false;
  return Object.entries(item).some(([key, value]) => hasPartOf(value ?? null, candidate[key] ?? null));
}

function inGoOrder(schema: Schema, value: JsonValue): JsonValue {
  if (schema.kind === Kind.list && Array.isArray(value)) return value.map((item) => inGoOrder(schema.element, item));
  if (!isJsonObject(value) || (schema.kind !== Kind.struct && schema.kind !== Kind.map)) return value;
  const keys = Object.keys(value);
  const order =
    schema.kind === Kind.map ? keys.toSorted() : keys.toSorted((a, b) => indexIn(schema, a) - indexIn(schema, b));
  return withKeys(value, order, (key, item) => {
    const inner = innerSchema(schema, key);
    return inner === undefined ? item : inGoOrder(inner, item);
  });
}

function indexIn(schema: Schema, key: string): number {
  return schema.kind === Kind.struct ? (schema.byName.get(key)?.index ?? -1) : -1;
}

function innerSchema(schema: Schema, key: string): Schema | undefined {
  if (schema.kind === Kind.map) return schema.value;
  return schema.kind === Kind.struct ? schema.byName.get(key)?.schema : undefined;
}

function withKeys(
  object: JsonObject,
  keys: readonly string[],
  change: (key: string, value: JsonValue) => JsonValue,
): JsonObject {
  return Object.fromEntries(keys.map((key) => [key, change(key, object[key] ?? null)]));
}
