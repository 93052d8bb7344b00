/** Lists in a strategic merge patch: merged by key (maps) or by value (scalars), then put in order. */
import { isJsonObject, isRawJson, type JsonObject, type JsonValue } from '../json.ts';
import type { Schema } from '../schema/type-schema.ts';
import { getKey } from './edit-object.ts';
import { GO_MAP, goTypeName, goValue } from './go-value.ts';
import { hasPatchDirective, PATCH_DIRECTIVE, withoutDirectives } from './strategic-merge-directives.ts';
import {
  newListOfLists,
  newNoMergeKey,
  newPatchError,
  newUnknownDirective,
  newWrongType,
} from './strategic-merge-errors.ts';

export interface ListMerge {
  /** '' for a list of scalars. */
  readonly mergeKey: string;
  readonly element: Schema;
  /** The patch lists what to remove. */
  readonly deletesFromList: boolean;
  readonly mergeMap: (original: JsonObject, patch: JsonObject, schema: Schema) => JsonObject;
}

export interface ElementOrder extends ListMerge {
  /** The list is not merged: the patch takes its place. */
  readonly replaces: boolean;
}

type Identify = (element: JsonValue | undefined) => JsonValue | undefined;

export function mergeList(original: JsonValue[], patch: JsonValue[], options: ListMerge): JsonValue[] {
  const merge = mergeUnordered(original, patch, options);
  if (merge === undefined) return original;
  if (options.deletesFromList && !merge.maps) return merge.merged;
  return inOrder(merge.merged, merge.additions, merge.base, options.mergeKey);
}

interface UnorderedMerge {
  readonly merged: JsonValue[];
  /** What is left of the original: it gives the order of what the patch does not name. */
  readonly base: JsonValue[];
  readonly additions: JsonValue[];
  readonly maps: boolean;
}

/** Undefined where both lists are empty. */
function mergeUnordered(original: JsonValue[], patch: JsonValue[], options: ListMerge): UnorderedMerge | undefined {
  if (original.length === 0 && patch.length === 0) return undefined;
  if (!isListOfMaps(original, patch)) {
    return { merged: mergeScalars(original, patch, options), base: original, additions: patch, maps: false };
  }
  const { mergeKey } = options;
  if (mergeKey === '') throw newPatchError('cannot merge lists without merge key for struct');
  const { base, additions } = applyElementDirectives(original, patch, mergeKey);
  return { merged: mergeMaps(base, additions, options), base, additions, maps: true };
}

function mergeScalars(original: JsonValue[], patch: JsonValue[], options: ListMerge): JsonValue[] {
  if (options.deletesFromList) {
    const removed = new Set(patch.map(scalarIdentity));
    return original.filter((element) => !removed.has(scalarIdentity(element)));
  }
  return [...new Map([...original, ...patch].map((element) => [scalarIdentity(element), element])).values()];
}

/** The list under a $setElementOrder directive, merged and in that order; undefined where there is no list at all. */
export function orderByElementOrder(
  original: JsonValue[] | undefined,
  patch: JsonValue[] | undefined,
  order: JsonValue[],
  options: ElementOrder,
): JsonValue[] | undefined {
  const { mergeKey } = options;
  checkPatchFollowsOrder(patch ?? [], order, mergeKey);
  if (original === undefined) {
    if (patch === undefined) return undefined;
    isListOfMaps(patch);
    return inOrder(withoutDirectiveElements(patch), order, [], mergeKey);
  }
  if (patch === undefined || options.replaces) {
    isListOfMaps(original, patch ?? []);
    return inOrder(patch ?? original, order, original, mergeKey);
  }
  isListOfMaps(original, patch);
  const merge = mergeUnordered(original, patch, options);
  if (merge === undefined) return original;
  // An order that is not empty names every element of the patch: sorting by the patch first would change nothing.
  const merged = order.length > 0 ? merge.merged : inOrder(merge.merged, merge.additions, merge.base, mergeKey);
  return inOrder(merged, order, placesAfterDeletions(original, merge), mergeKey);
}

/**
 * Upstream deletes from, and appends to, the very list whose order it then consults: an element that is added when another
 * is deleted counts as having stood at the end of the original. Renamed containers get their place by this.
 */
function placesAfterDeletions(original: JsonValue[], merge: UnorderedMerge): JsonValue[] {
  const deletions = original.length - merge.base.length;
  if (!merge.maps || deletions <= 0 || merge.merged.length === merge.base.length) return original;
  return merge.merged.slice(0, merge.base.length + deletions);
}

function withoutDirectiveElements(patch: JsonValue[]): JsonValue[] {
  return patch
    .map((element) => withoutDirectives(element, { keepNulls: true }))
    .filter((element) => element !== undefined);
}

/** Deletes what "$patch: delete" elements name; "$patch: replace" anywhere throws away the whole original. */
function applyElementDirectives(
  original: JsonValue[],
  patch: JsonValue[],
  mergeKey: string,
): { base: JsonValue[]; additions: JsonObject[] } {
  const additions: JsonObject[] = [];
  const deleted = new Set<JsonValue | undefined>();
  let replace = false;
  for (const element of patch) {
    if (!hasPatchDirective(element)) {
      if (isJsonObject(element)) additions.push(element);
      continue;
    }
    const directive = element[PATCH_DIRECTIVE];
    if (directive === 'delete') {
      deleted.add(requireMergeKey(element, mergeKey));
    } else if (directive === 'replace') {
      replace = true;
    } else if (directive === 'merge') {
      throw newPatchError('merging lists cannot yet be specified in the patch');
    } else {
      throw newUnknownDirective(directive, element);
    }
  }
  if (replace) return { base: additions, additions: [] };
  const base = deleted.size === 0 ? original : original.filter((element) => !deleted.has(keyOf(element, mergeKey)));
  return { base, additions };
}

function mergeMaps(base: JsonValue[], additions: readonly JsonObject[], options: ListMerge): JsonValue[] {
  const merged = [...base];
  const places = new Map<JsonValue | undefined, number>();
  merged.forEach((element, index) => {
    const value = keyOf(element, options.mergeKey);
    if (value !== undefined && !places.has(value)) places.set(value, index);
  });
  for (const addition of additions) {
    const value = requireMergeKey(addition, options.mergeKey);
    const place = places.get(value);
    const current = place === undefined ? undefined : merged[place];
    if (place === undefined || !isJsonObject(current)) {
      places.set(value, merged.length);
      merged.push(addition);
    } else {
      merged[place] = options.mergeMap(current, addition, options.element);
    }
  }
  return merged;
}

/**
 * The elements that `order` names in its order, and the rest in the order they had. Where both are mixed, an element of the
 * rest comes before the first named one that stood behind it in `before`.
 */
function inOrder(
  elements: JsonValue[],
  order: readonly JsonValue[],
  before: readonly JsonValue[],
  mergeKey: string,
): JsonValue[] {
  const identify: Identify = mergeKey === '' ? scalarIdentity : (element) => keyOf(element, mergeKey);
  if (mergeKey !== '') {
    order.forEach((element, index) => {
      if (!isJsonObject(element)) throw newPatchError(`value for key ${index} is not a map`);
    });
    for (const list of [elements, order, before]) for (const element of list) requireMergeKey(element, mergeKey);
  }
  const newRank = rank(order, identify);
  const named: JsonValue[] = [];
  const rest: JsonValue[] = [];
  for (const element of elements) (newRank.has(identify(element)) ? named : rest).push(element);
  sortByRank(named, newRank, identify);
  if (rest.length === 0) return named;
  const oldRank = rank(before, identify);
  sortByRank(rest, oldRank, identify);
  if (named.length === 0) return rest;

  const result: JsonValue[] = [];
  let next = 0;
  for (const element of named) {
    const place = oldRank.get(identify(element));
    for (; place !== undefined && next < rest.length; next++) {
      const restPlace = oldRank.get(identify(rest[next]));
      if (restPlace === undefined || restPlace >= place) break;
      result.push(rest[next] ?? null);
    }
    result.push(element);
  }
  return [...result, ...rest.slice(next)];
}

function rank(list: readonly JsonValue[], identify: Identify): Map<JsonValue | undefined, number> {
  const ranks = new Map<JsonValue | undefined, number>();
  list.forEach((element, index) => {
    const identity = identify(element);
    if (!ranks.has(identity)) ranks.set(identity, index);
  });
  return ranks;
}

function sortByRank(list: JsonValue[], ranks: Map<JsonValue | undefined, number>, identify: Identify): void {
  if (list.length < 2) return;
  list.sort((a, b) => {
    const left = ranks.get(identify(a));
    const right = ranks.get(identify(b));
    // Elements without a rank end up in reverse: upstream's comparison calls them smaller than anything.
    return left === undefined || right === undefined ? -1 : left - right;
  });
}

/** The patch may only hold elements that the order names, in that order; elements that are to be deleted do not count. */
function checkPatchFollowsOrder(patch: JsonValue[], order: JsonValue[], mergeKey: string): void {
  if (patch.length === 0 || order.length === 0) return;
  let next = 0;
  for (const element of patch) {
    if (mergeKey !== '' && !isJsonObject(element)) throw newWrongType('map', element);
    if (hasPatchDirective(element)) continue;
    while (next < order.length && !sameElement(element, order[next], mergeKey)) next++;
    if (next >= order.length) {
      throw newPatchError(
        `The order in patch list:\n${goValue(patch)}\n doesn't match $setElementOrder list:\n${goValue(order)}\n`,
      );
    }
    next++;
  }
}

function sameElement(a: JsonValue, b: JsonValue | undefined, mergeKey: string): boolean {
  if (mergeKey === '') return scalarIdentity(a) === scalarIdentity(b);
  return requireMergeKey(a, mergeKey) === requireMergeKey(b, mergeKey);
}

/** True for maps, false for scalars; mixed lists and lists of lists are refused. */
function isListOfMaps(...lists: readonly JsonValue[][]): boolean {
  let first: string | undefined;
  for (const list of lists) {
    for (const element of list) {
      const type = goTypeName(element);
      if (first === undefined && Array.isArray(element)) throw newListOfLists();
      first ??= type;
      if (type !== first) throw newPatchError(`list element types are not identical: ${goValue([...lists])}`);
    }
  }
  if (first === undefined) throw newPatchError('no elements in any of the given slices');
  return first === GO_MAP;
}

function requireMergeKey(element: JsonValue | undefined, mergeKey: string): JsonValue | undefined {
  if (!isJsonObject(element)) throw newWrongType('map', element);
  if (!Object.hasOwn(element, mergeKey)) throw newNoMergeKey(element, mergeKey);
  return keyOf(element, mergeKey);
}

function keyOf(element: JsonValue | undefined, mergeKey: string): JsonValue | undefined {
  return isJsonObject(element) ? scalarIdentity(getKey(element, mergeKey)) : undefined;
}

/** Something that === compares as the value: integers kept as text stand for themselves. */
function scalarIdentity(value: JsonValue | undefined): JsonValue | undefined {
  return isRawJson(value) ? `raw ${value.rawJSON}` : value;
}
