/**
 * Lists, maps and byte strings that were sent empty and that Go's JSON leaves out, and variants that were sent as neither. They are not fields of the object in form, but upstream tells
 * them from unset ones until the object is stored: they are not defaulted, and errors quote them as `[]` and `{}`.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** Invisible to JSON and to everything that walks over fields; a copy by spread keeps it. */
const EMPTIES: unique symbol = Symbol('empties');

interface Marked {
  [EMPTIES]?: JsonObject;
}

export function rememberEmpties(object: JsonObject, empties: JsonObject): void {
  (object as Marked)[EMPTIES] = empties;
}

/** For conversions: `to` takes over some of the fields of `from`. */
export function passEmpties(from: JsonObject, to: JsonObject): void {
  const empties = (from as Marked)[EMPTIES];
  if (empties !== undefined) rememberEmpties(to, empties);
}

/** Takes a field out of an object, also where it was sent empty. */
export function unset(object: JsonObject, field: string): void {
  delete object[field];
  const { [field]: taken, ...others } = (object as Marked)[EMPTIES] ?? {};
  if (taken !== undefined) rememberEmpties(object, others);
}

/** True where a list or map in it was sent empty: byte strings are in storage as they were sent. */
export function hasEmpties(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.some(hasEmpties);
  if (!isJsonObject(value)) return false;
  const empties = Object.values((value as Marked)[EMPTIES] ?? {});
  return empties.some((sent) => typeof sent !== 'string') || Object.values(value).some(hasEmpties);
}

/** The same below its lists: their items are compared whole, and structs around them field by field. */
export function hasEmptiesInLists(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return hasEmpties(value);
  return isJsonObject(value) && Object.values(value).some(hasEmptiesInLists);
}

/** Those sent empty come last. */
export function fieldsSentIn(object: JsonObject): string[] {
  return [...Object.keys(object), ...Object.keys((object as Marked)[EMPTIES] ?? {})];
}

/** What was sent, also where it was empty; undefined: the field is unset. */
export function asSent(object: JsonObject, field: string): JsonValue | undefined {
  const value = Object.hasOwn(object, field) ? object[field] : undefined;
  if (value !== undefined) return value;
  const empties = (object as Marked)[EMPTIES];
  return isJsonObject(empties) && Object.hasOwn(empties, field) ? empties[field] : undefined;
}
