/** Equality of JSON values: objects in any order of their keys, what is unset as what is not there, numbers by value. */
import { isJsonObject, type JsonValue } from './json.ts';

export function jsonEquals(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => jsonEquals(item, b[index]));
  }
  if (isJsonObject(a)) {
    if (!isJsonObject(b)) return false;
    let keys = 0;
    for (const key in a) {
      if (a[key] === undefined) continue;
      keys++;
      if (!Object.hasOwn(b, key) || !jsonEquals(a[key], b[key])) return false;
    }
    for (const key in b) if (b[key] !== undefined) keys--;
    return keys === 0;
  }
  return typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b);
}
