/** Changes of an object, one at a time: each sets or takes out the value at a path. */
import type { Json, JsonObject } from '../case.ts';
import type { Chance } from './chance.ts';
import { oddTexts, strangers } from './odd-values.ts';
import { type Path, type Place, placesIn, printPath, structOf, valueAt } from './places.ts';
import { oddValue, sample } from './samples.ts';

export interface Edit {
  readonly path: Path;
  /** Unset: the value is taken out. */
  readonly value?: Json;
  /** The key is written twice, first with what was there. */
  readonly twice?: true;
}

/** Undefined where the kind of change does not fit the place. */
type Kind = (place: Place, chance: Chance, places: readonly Place[]) => Edit | undefined;

const kinds: readonly (readonly [weight: number, kind: Kind])[] = [
  [12, ({ path }) => ({ path })],
  [3, ({ path }) => ({ path, value: null })],
  [6, ({ path }, chance) => ({ path, value: chance.pick(strangers) })],
  [25, ({ path, type, field }, chance) => ({ path, value: oddValue(chance, type, field.facts) })],
  [10, ({ path, type, field }, chance) => ({ path, value: sample(chance, type, field) })],
  [8, borrow],
  [30, addField],
  [3, addUnknown],
  [3, writeTwice],
  [6, repeatElement],
  [3, reverse],
  [4, append],
  [4, addKey],
];

/** Edits never fail: an attempt at a place that does not allow it is followed by another one. */
export function chooseEdit(chance: Chance, object: JsonObject, under: Path = []): Edit {
  const all = placesIn(object);
  const places = all.filter(({ path }) => under.every((part, at) => path[at] === part));
  for (;;) {
    const place = chance.pick(places) ?? all[0];
    if (place === undefined) throw new Error('an object without places');
    const edit = chance.weighted(kinds)(place, chance, all);
    // The object as a whole is no place to put something else in.
    if (edit !== undefined && edit.path.length > 0) return edit;
  }
}

/** A copy with the edits made; those whose place is gone do nothing. */
export function applyEdits(object: JsonObject, edits: readonly Edit[]): JsonObject {
  const copy = clone(object);
  for (const edit of edits) applyEdit(copy, edit);
  return copy;
}

/** structuredClone does not know raw numbers. */
function clone<T extends Json | undefined>(value: T): T {
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
  if (Array.isArray(value)) return value.map(clone) as T;
  const out = {};
  for (const [key, item] of Object.entries(value)) setOwn(out, key, clone(item));
  return out as T;
}

/** A plain assignment would make `__proto__` something else than a field. */
function setOwn(object: JsonObject, key: string, value: Json | undefined): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** JSON text has keys that come twice, and numbers that JavaScript has not: they survive only as text. */
export function writeBody(object: JsonObject): string {
  return JSON.stringify(object).replaceAll(`"${TWICE}`, '"');
}

const TWICE = '!twice!';

function applyEdit(object: JsonObject, { path, value, twice }: Edit): void {
  const parent = valueAt(object, path.slice(0, -1));
  const last = path.at(-1) ?? '';
  if (Array.isArray(parent)) {
    if (value === undefined) parent.splice(Number(last), 1);
    else parent[Number(last)] = clone(value);
  } else if (typeof parent === 'object' && parent !== null) {
    if (value === undefined) delete parent[last];
    else setOwn(parent, twice ? `${TWICE}${last}` : String(last), clone(value));
  }
}

export function printEdit({ path, value, twice }: Edit): string {
  if (value === undefined) return `${printPath(path)} taken out`;
  const text = JSON.stringify(value);
  return `${printPath(path)} ${twice ? 'also ' : ''}= ${text.length > 200 ? `${text.slice(0, 200)}…` : text}`;
}

/** A value of the same JSON type from anywhere in the object. */
function borrow({ path, value }: Place, chance: Chance, places: readonly Place[]): Edit | undefined {
  // The name of the namespace is no text to be looked into: it differs from server to server.
  const others = places.filter(
    (other) => other.value !== value && other.value !== '{ns}' && kindOf(other.value) === kindOf(value),
  );
  const other = chance.pick(others);
  return other && { path, value: other.value };
}

function addField({ path, type, value }: Place, chance: Chance): Edit | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const unset = Object.entries(structOf(type)?.fields ?? {}).filter(([name]) => value[name] === undefined);
  const [name, facts] = chance.pick(unset) ?? [];
  if (name === undefined || facts === undefined) return undefined;
  return { path: [...path, name], value: sample(chance, facts.t, { name, facts }) };
}

function addUnknown({ path, type }: Place, chance: Chance): Edit | undefined {
  if (structOf(type) === undefined) return undefined;
  return { path: [...path, chance.pick(['bogus', 'Name', '', '__proto__', 'x.y'])], value: chance.pick(strangers) };
}

function writeTwice({ path, value }: Place, chance: Chance): Edit | undefined {
  if (typeof path.at(-1) !== 'string') return undefined;
  return { path, value: chance.is(0.5) ? value : chance.pick(strangers), twice: true };
}

function repeatElement({ path, value }: Place, chance: Chance): Edit | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return { path, value: [...value, chance.pick(value) ?? null] };
}

function reverse({ path, value }: Place): Edit | undefined {
  return Array.isArray(value) && value.length > 1 ? { path, value: value.toReversed() } : undefined;
}

function append({ path, type, field, value }: Place, chance: Chance): Edit | undefined {
  if (!Array.isArray(value) || !type.startsWith('[]')) return undefined;
  return { path, value: [...value, sample(chance, type.slice(2), field)] };
}

function addKey({ path, type, field }: Place, chance: Chance): Edit | undefined {
  if (!type.startsWith('{}')) return undefined;
  const key = String(chance.pick(oddTexts));
  return { path: [...path, key], value: sample(chance, type.slice(2), field) };
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return 'list';
  return value === null ? 'null' : typeof value;
}
