/**
 * Lists, maps and byte strings that were sent empty and that Go's JSON leaves out, and variants that were sent as neither. They are not fields of the object in form, but upstream tells
 * them from unset ones until the object is stored: they are not defaulted, and errors quote them as `[]` and `{}`.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** Invisible to JSON and to everything that walks over fields; a copy by spread keeps it. */
const EMPTIES: unique symbol = Symbol('empties');

const RESPELLED: unique symbol = Symbol('respelled');

interface Marked {
  [EMPTIES]?: JsonObject;
  [RESPELLED]?: true;
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
  return isMarked(value, isSentEmpty);
}

/** A quantity or a time in it was written in another way than it is kept ("0.5" for "500m"). */
export function rememberRespelled(object: JsonObject): void {
  (object as Marked)[RESPELLED] = true;
}

/** True where Go, comparing items of its lists with what is stored, sees more than JSON shows. */
export function isSentOtherwiseInLists(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return isMarked(value, (marked) => marked[RESPELLED] === true || isSentEmpty(marked));
  return isJsonObject(value) && Object.values(value).some(isSentOtherwiseInLists);
}

/** Of some object at any depth. */
function isMarked(value: JsonValue | undefined, test: (object: Marked) => boolean): boolean {
  if (Array.isArray(value)) return value.some((item) => isMarked(item, test));
  return isJsonObject(value) && (test(value) || Object.values(value).some((item) => isMarked(item, test)));
}

function isSentEmpty({ [EMPTIES]: empties = {} }: Marked): boolean {
  return Object.values(empties).some((sent) => typeof sent !== 'string');
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
