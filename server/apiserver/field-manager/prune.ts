/** Removes from a merged object what its manager applied before and does not apply any more, unless somebody else owns it. */
import {
  difference,
  emptySet,
  type FieldSet,
  intersection,
  isEmptySet,
  isSubset,
  union,
} from '../../apimachinery/structured-merge/field-set.ts';
import { fieldsOfValue } from '../../apimachinery/structured-merge/fields-of-value.ts';
import { namesValues } from '../../apimachinery/structured-merge/names-values.ts';
import { withNamedFields } from '../../apimachinery/structured-merge/named-fields.ts';
import { removeFields } from '../../apimachinery/structured-merge/remove-fields.ts';
import { isJsonObject } from '../../apimachinery/json.ts';
import type { ManagerEntry, Managers } from './managed-fields.ts';
import type { Convert, VersionedValue } from './versioned-value.ts';

export interface PruneInput {
  readonly merged: VersionedValue;
  /** With the set that the manager applies now. */
  readonly managers: Managers;
  readonly applied: FieldSet;
  /** What it applied the time before; undefined: never. */
  readonly last: ManagerEntry | undefined;
  readonly convert: Convert;
}

/** Source of the three steps: structured-merge-diff's prune, addBackOwnedItems and addBackDanglingItems. */
export function prune({ merged, managers, applied, last, convert }: PruneInput): VersionedValue {
  if (last === undefined || isEmptySet(last.fields)) return merged;
  if (stillApplies(merged, { managers, applied, last })) return merged;
  const before = convert(merged, last.apiVersion);
  if (before === undefined) return merged;
  const removed = without(before, withNamedFields(before.type, last.fields));
  const kept = addBackOwned(before, removed, managers, convert);
  const pruned = addBackDangling(before, kept, { last: last.fields, convert });
  return convert(pruned, merged.apiVersion) ?? merged;
}

/** It applies all that it has applied, so that the last two steps would give back what the first takes. */
function stillApplies(
  { apiVersion, type, value }: VersionedValue,
  { managers, applied, last }: { managers: Managers; applied: FieldSet; last: ManagerEntry },
): boolean {
  // What other versions own is compared there.
  if (last.apiVersion !== apiVersion) return false;
  for (const entry of managers.values()) if (entry.apiVersion !== apiVersion) return false;
  // A map applied without fields owns nothing of what there is in it, and may go with it.
  return isSubset(last.fields, applied) && namesValues(type, value, applied);
}

function without(object: VersionedValue, fields: FieldSet): VersionedValue {
  const value = removeFields(object.type, object.value, fields);
  return { ...object, value: isJsonObject(value) ? value : {} };
}

function namedFields({ type, value }: VersionedValue): FieldSet {
  return withNamedFields(type, fieldsOfValue(type, value));
}

/** What any manager owns comes back, whichever version it owns it in; that of the pruned object first. */
function addBackOwned(
  before: VersionedValue,
  removed: VersionedValue,
  managers: Managers,
  convert: Convert,
): VersionedValue {
  const owned = new Map<string, FieldSet>([[before.apiVersion, emptySet]]);
  for (const { apiVersion, fields } of managers.values()) {
    owned.set(apiVersion, union(owned.get(apiVersion) ?? emptySet, fields));
  }
  let [merged, pruned] = [before, removed];
  for (const [apiVersion, fields] of owned) {
    const [mergedThere, prunedThere] = [convert(merged, apiVersion), convert(pruned, apiVersion)];
    if (mergedThere === undefined || prunedThere === undefined) continue;
    const stays = union(namedFields(prunedThere), withNamedFields(mergedThere.type, fields));
    [merged, pruned] = [mergedThere, without(mergedThere, difference(namedFields(mergedThere), stays))];
  }
  return pruned;
}

/** What the manager had not applied before is not its to remove. */
function addBackDangling(
  before: VersionedValue,
  pruned: VersionedValue,
  { last, convert }: { last: FieldSet; convert: Convert },
): VersionedValue {
  const there = convert(pruned, before.apiVersion);
  if (there === undefined) return before;
  const gone = difference(namedFields(before), namedFields(there));
  return without(before, intersection(gone, withNamedFields(before.type, last)));
}
