/** Keys of JSON objects as data: "__proto__" and its kind are keys like any other. */
import type { JsonObject, JsonValue } from '../json.ts';

/** The value under `key`, or undefined; what an object inherits does not count. */
export function getKey(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets a key in place. */
export function setKey(object: JsonObject, key: string, value: JsonValue | undefined): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    object[key] = value;
  }
}

/**
 * A copy without some keys. The copy is built anew: `delete` would leave an object that is slow to read and to serialise
 * for the rest of its life.
 */
export function withoutKeys(object: JsonObject, dropped: ReadonlySet<string>): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(object)) if (!dropped.has(key)) setKey(copy, key, object[key]);
  return copy;
}

export function withoutKey(object: JsonObject, dropped: string): JsonObject {
  return withoutKeys(object, new Set([dropped]));
}

/** With its keys in order, as Go writes the maps that upstream's libraries make of what a patch reaches into. */
export function inKeyOrder(object: JsonObject): JsonObject {
  const keys = Object.keys(object);
  if (keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key)) return object;
  const sorted: JsonObject = {};
  for (const key of keys.sort()) setKey(sorted, key, object[key]);
  return sorted;
}
