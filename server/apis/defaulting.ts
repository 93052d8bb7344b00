/** What the defaults.ts files of the API groups are written with: each is a table from type names to small functions. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../apimachinery/json.ts';
import type { Defaulter } from '../apimachinery/schema/defaults.ts';

export type { Defaulter };

/** The defaulters of one API package, by Go type name ("Container"). */
export type PackageDefaulters = Readonly<Record<string, Defaulter>>;

/** Defaulters that read the time (the moment a device was tainted) are made with the clock to read it from. */
export type PackageDefaultersFactory = (clock: Clock) => PackageDefaulters;

/** For Go pointers, lists and maps: sets the fields that are absent or null. Objects and lists are copied in. */
export function setIfUnset(defaults: Readonly<Record<string, JsonValue>>): Defaulter {
  const entries = Object.entries(defaults);
  return (value) => {
    for (const [field, its] of entries) {
      if (value[field] === undefined || value[field] === null) value[field] = copy(its);
    }
  };
}

/** For plain Go strings and numbers: also replaces "" and 0, which fields without `omitempty` are written with. */
export function setIfZero(defaults: Readonly<Record<string, string | number>>): Defaulter {
  const entries = Object.entries(defaults);
  return (value) => {
    for (const [field, its] of entries) {
      if (isZero(value[field])) value[field] = its;
    }
  };
}

/** One after the other, on the same value. */
export function inOrder(...steps: readonly Defaulter[]): Defaulter {
  return (value, root) => {
    for (const step of steps) step(value, root);
  };
}

export function isZero(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === '' || value === 0;
}

/** The struct in a field, put there if it is missing. */
export function structIn(value: JsonObject, field: string): JsonObject {
  const existing = value[field];
  if (isJsonObject(existing)) return existing;
  const created: JsonObject = {};
  value[field] = created;
  return created;
}

/** The structs of a list field; none if the list is unset. */
export function structsIn(value: JsonObject, field: string): JsonObject[] {
  const list = value[field];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

/** The entries of a map field; undefined where it is unset or empty. */
export function mapIn(value: JsonObject, field: string): JsonObject | undefined {
  const map = value[field];
  return isJsonObject(map) && Object.keys(map).length > 0 ? map : undefined;
}

/** `map` with the entries of `additions` that it lacks, in the order of the keys, as Go writes maps. */
export function withMissing(map: JsonObject | undefined, additions: JsonObject | undefined): JsonObject | undefined {
  if (additions === undefined) return map;
  const missing = Object.entries(additions).filter(([key]) => map === undefined || !Object.hasOwn(map, key));
  if (missing.length === 0) return map;
  return Object.fromEntries([...Object.entries(map ?? {}), ...missing].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function copy(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(copy);
  if (!isJsonObject(value)) return value;
  const copied: JsonObject = {};
  for (const field of Object.keys(value)) copied[field] = copy(value[field] as JsonValue);
  return copied;
}
