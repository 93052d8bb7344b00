/**
 * Reading decoded JSON as Go's typed structs are read: what is absent, null or of another type counts as the zero value, so
 * that strategies and validation never throw on odd objects.
 */
import { isJsonObject, isRawJson, type JsonObject, type JsonValue } from './json.ts';

const EMPTY_OBJECT: JsonObject = Object.freeze(Object.create(null) as JsonObject);
const EMPTY_LIST: readonly JsonValue[] = Object.freeze([]);

/** Set and not null: a non-nil pointer. */
export function isSet(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null;
}

export function asText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Integers beyond 2^53 lose digits here: compare those as bigint where it matters. */
export function asNumber(value: JsonValue | undefined): number {
  if (typeof value === 'number') return value;
  return isRawJson(value) ? Number(value.rawJSON) : 0;
}

export function asBoolean(value: JsonValue | undefined): boolean {
  return value === true;
}

/** A frozen empty object where there is none: never write to the result without checking. */
export function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : EMPTY_OBJECT;
}

export function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : EMPTY_LIST;
}

/** The elements of a list of structs: the list itself where they are all objects, as decoded ones are. */
export function asObjects(value: JsonValue | undefined): readonly JsonObject[] {
  const list = asList(value);
  return list.every(isJsonObject) ? list : list.map(asObject);
}

export function asTexts(value: JsonValue | undefined): readonly string[] {
  const list = asList(value);
  return list.every(isText) ? list : list.map(asText);
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string';
}

/** A map from string to string; keys such as `__proto__` are plain keys. */
export function asTextEntries(value: JsonValue | undefined): readonly (readonly [string, string])[] {
  return Object.entries(asObject(value)).map(([key, text]) => [key, asText(text)] as const);
}

/** The object under `key`, made if it is missing or null. */
export function ensureObject(parent: JsonObject, key: string): JsonObject {
  const present = Object.hasOwn(parent, key) ? parent[key] : undefined;
  if (isJsonObject(present)) return present;
  const made: JsonObject = {};
  parent[key] = made;
  return made;
}
