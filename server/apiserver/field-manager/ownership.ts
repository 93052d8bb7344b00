/**
 * Who owns what after a write: what it changed goes to its manager, and from the others goes what it changed or removed. Source of
 * the rules: structured-merge-diff's Updater.
 */
import { compareValues, type Comparison, isSame } from '../../apimachinery/structured-merge/compare-values.ts';
import {
  difference,
  type FieldSet,
  intersection,
  isEmptySet,
  union,
} from '../../apimachinery/structured-merge/field-set.ts';
import type { ManagerEntry, Managers } from './managed-fields.ts';
import type { Convert, VersionedValue } from './versioned-value.ts';

/** Takes from a set what the endpoint does not let be written, so that nobody comes to own it through it. */
export type FieldFilter = (set: FieldSet) => FieldSet;

export interface Write {
  readonly live: VersionedValue;
  readonly next: VersionedValue;
  /** Identifier of the manager who writes; nothing is taken from it. */
  readonly self: string | undefined;
  readonly filter: FieldFilter | undefined;
  readonly convert: Convert;
}

export interface Ownership {
  readonly managers: Map<string, ManagerEntry>;
  /** In the version of the write. */
  readonly comparison: Comparison;
  /** What the write took from others, by their identifiers: conflicts, unless it was meant to. */
  readonly conflicts: ReadonlyMap<string, FieldSet>;
}

export function settleOwnership(managers: Managers, write: Write): Ownership {
  const comparison = compare(write, write.live, write.next);
  const comparisons = new Map<string, Comparison | undefined>([[write.next.apiVersion, comparison]]);
  const conflicts = new Map<string, FieldSet>();
  const settled = new Map<string, ManagerEntry>();
  for (const [id, entry] of managers) {
    if (id === write.self) {
      settled.set(id, entry);
      continue;
    }
    if (isEmptySet(entry.fields)) continue;
    const { apiVersion } = entry;
    if (!comparisons.has(apiVersion)) comparisons.set(apiVersion, compareAt(write, apiVersion));
    const theirs = comparisons.get(apiVersion);
    // The fields of a version that is gone are nobody's.
    if (theirs === undefined) continue;
    if (isSame(theirs)) {
      settled.set(id, entry);
      continue;
    }
    const taken = intersection(entry.fields, union(theirs.modified, theirs.added));
    if (!isEmptySet(taken)) conflicts.set(id, taken);
    const fields = difference(difference(entry.fields, taken), theirs.removed);
    if (!isEmptySet(fields)) settled.set(id, fields === entry.fields ? entry : { ...entry, fields });
  }
  return { managers: settled, comparison, conflicts };
}

function compareAt(write: Write, apiVersion: string): Comparison | undefined {
  const live = write.convert(write.live, apiVersion);
  const next = write.convert(write.next, apiVersion);
  return live === undefined || next === undefined ? undefined : compare(write, live, next);
}

function compare({ filter }: Write, before: VersionedValue, after: VersionedValue): Comparison {
  const comparison = compareValues(after.type, before.value, after.value);
  if (filter === undefined || isSame(comparison)) return comparison;
  const { added, modified, removed } = comparison;
  return { added: filter(added), modified: filter(modified), removed: filter(removed) };
}
