/** Fields that an update must leave alone. */
import { type FieldError, invalid } from '../errors/field-error.ts';
import { isJsonObject, isRawJson, type JsonValue } from '../json.ts';

export const FIELD_IMMUTABLE_MESSAGE = 'field is immutable';

/** One error unless both values mean the same to the API. */
export function validateImmutableField(
  value: JsonValue | undefined,
  old: JsonValue | undefined,
  path: string,
): FieldError[] {
  return semanticallyEqual(value, old) ? [] : [invalid(path, value, FIELD_IMMUTABLE_MESSAGE)];
}

/**
 * Deep equality of objects in Go's form, in which null, an empty list and an empty map are the same thing. An empty object that is
 * there is a struct, and not the same as an unset one.
 */
export function semanticallyEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b) && !isStructBesideNothing(a, b);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => semanticallyEqual(item, b[index]));
  }
  if (isRawJson(a)) return isRawJson(b) && a.rawJSON === b.rawJSON;
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  for (const key of Object.keys(a)) {
    if (!semanticallyEqual(a[key], Object.hasOwn(b, key) ? b[key] : undefined)) return false;
  }
  return Object.keys(b).every((key) => Object.hasOwn(a, key) || semanticallyEqual(undefined, b[key]));
}

/** Maps that are not left out are null where there are none. */
function isStructBesideNothing(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return (a === undefined && isJsonObject(b)) || (b === undefined && isJsonObject(a));
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value !== 'object' || isRawJson(value)) return false;
  if (Array.isArray(value)) return value.length === 0;
  for (const key in value) if (Object.hasOwn(value, key)) return false;
  return true;
}
