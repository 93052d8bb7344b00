/** What lies between two states of an object: the fields added, changed and removed. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { emptySet, type FieldSet, newNode } from './field-set.ts';
import { addedFields } from './added-fields.ts';
import { type AssociativeType, elementOfItem, itemsByElement } from './list-items.ts';
import { deduced, type MergeType } from './merge-type.ts';
import { fieldElement } from './path-element.ts';
import { jsonEquals } from '../json-equals.ts';
import { isSentOtherwiseInLists } from '../schema/sent-empties.ts';

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** What a field and those below it add to each of the three sets; undefined: nothing. */
interface Delta {
  readonly added: FieldSet | undefined;
  readonly modified: FieldSet | undefined;
  readonly removed: FieldSet | undefined;
}

const nothing: Comparison = { added: emptySet, modified: emptySet, removed: emptySet };
const leaf: FieldSet = emptySet;
const ADDED: Delta = { added: leaf, modified: undefined, removed: undefined };
const MODIFIED: Delta = { added: undefined, modified: leaf, removed: undefined };
const REMOVED: Delta = { added: undefined, modified: undefined, removed: leaf };

/** @throws ElementError for items of merged lists that have no key */
export function compareValues(type: MergeType, before: JsonValue, after: JsonValue): Comparison {
  const delta = compare(type, before, after);
  if (delta === undefined) return nothing;
  return { added: delta.added ?? emptySet, modified: delta.modified ?? emptySet, removed: delta.removed ?? emptySet };
}

export function isSame({ added, modified, removed }: Comparison): boolean {
  return added === emptySet && modified === emptySet && removed === emptySet;
}

function compare(type: MergeType, before: JsonValue | undefined, after: JsonValue | undefined): Delta | undefined {
  if (before === after) return undefined;
  if (before === undefined) return { ...ADDED, added: addedFields(type, after as JsonValue) };
  switch (type.kind) {
    case 'scalar':
      return compareLeaf(before, after);
    case 'atomic':
      return compareLeaf(before, after) ?? compareAsSent(before, after);
    case 'deduced':
      if (isMapOrNothing(before) && isMapOrNothing(after)) return compareMaps(() => deduced, before, after);
      return compareKinds(before, after);
    case 'struct':
      if (!isMapOrNothing(before) || !isMapOrNothing(after)) return compareLeaf(before, after);
      return compareMaps((name) => type.field(name) ?? type.others ?? deduced, before, after);
    case 'map':
      if (!isMapOrNothing(before) || !isMapOrNothing(after)) return compareLeaf(before, after);
      return compareMaps(() => type.element, before, after);
    case 'set':
    case 'keyed':
      if (!isListOrNothing(before) || !isListOrNothing(after)) return compareLeaf(before, after);
      return compareLists(type, before, after);
  }
}

function compareLeaf(before: JsonValue | undefined, after: JsonValue | undefined): Delta | undefined {
  if (before === undefined) return after === undefined ? undefined : ADDED;
  if (after === undefined) return REMOVED;
  return jsonEquals(before, after) ? undefined : MODIFIED;
}

/** To Go, what was sent empty or spelled otherwise in an item of a list is something else than what is there. */
function compareAsSent(before: JsonValue, after: JsonValue | undefined): Delta | undefined {
  return isSentOtherwiseInLists(before) === isSentOtherwiseInLists(after) ? undefined : MODIFIED;
}

/** Of another kind than it was: what lay below goes, or comes. */
function compareKinds(before: JsonValue, after: JsonValue | undefined): Delta | undefined {
  const delta = compareLeaf(before, after);
  if (delta === undefined || after === undefined) return delta;
  const removed = isJsonObject(before) ? compareMaps(() => deduced, before, undefined)?.removed : undefined;
  const added = isJsonObject(after) ? addedFields(deduced, after) : undefined;
  return { ...delta, added, removed };
}

function isMapOrNothing(value: JsonValue | undefined): value is JsonObject | null | undefined {
  return value === undefined || value === null || isJsonObject(value);
}

function isListOrNothing(value: JsonValue | undefined): value is JsonValue[] | null | undefined {
  return value === undefined || value === null || Array.isArray(value);
}

function compareMaps(
  typeOf: (name: string) => MergeType,
  before: JsonObject | null | undefined,
  after: JsonObject | null | undefined,
): Delta | undefined {
  // Empty, null and absent are told apart only as leaves.
  if (isEmptyMap(before) && isEmptyMap(after)) return compareLeaf(before, after);
  const parts = new DeltaParts();
  for (const name in before) {
    const value = before[name];
    const now = after !== null && after !== undefined && Object.hasOwn(after, name) ? after[name] : undefined;
    if (value !== now && value !== undefined) parts.add(fieldElement(name), compare(typeOf(name), value, now));
  }
  for (const name in after) {
    if (after[name] === undefined) continue;
    if (before !== null && before !== undefined && Object.hasOwn(before, name) && before[name] !== undefined) continue;
    parts.add(fieldElement(name), compare(typeOf(name), undefined, after[name]));
  }
  return parts.done(before, after);
}

function isEmptyMap(map: JsonObject | null | undefined): boolean {
  for (const name in map) if (map[name] !== undefined) return false;
  return true;
}

function compareLists(
  type: AssociativeType,
  before: readonly JsonValue[] | null | undefined,
  after: readonly JsonValue[] | null | undefined,
): Delta | undefined {
  if ((before ?? []).length === 0 && (after ?? []).length === 0) {
    return compareLeaf(before as JsonValue | undefined, after as JsonValue | undefined);
  }
  if ((before ?? []).length === 0) return addedItems(type, before, after ?? []);
  const parts = new DeltaParts();
  const left = itemsByElement(type, before ?? []);
  const right = itemsByElement(type, after ?? []);
  for (const [element, items] of left) compareItems(parts, type, element, items, right.get(element) ?? []);
  for (const [element, items] of right) if (!left.has(element)) compareItems(parts, type, element, [], items);
  return parts.done(before, after);
}

/** To a list that had none. */
function addedItems(type: AssociativeType, before: unknown, after: readonly JsonValue[]): Delta {
  const items = new Map<string, FieldSet>();
  for (const item of after) {
    const element = elementOfItem(type, item);
    items.set(element, items.has(element) ? leaf : addedFields(type.element, item));
  }
  return { added: newNode(before === undefined, [...items]), modified: undefined, removed: undefined };
}

/** Items that are there twice are compared as one, and what they hold belongs to nobody. */
function compareItems(
  parts: DeltaParts,
  type: AssociativeType,
  element: string,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
): void {
  if (before.length < 2 && after.length < 2) {
    parts.add(element, compare(type.element, before[0], after[0]));
  } else if (before.length >= 2 && after.length >= 2) {
    if (!jsonEquals([...before], [...after])) parts.add(element, MODIFIED);
  } else if (before.length >= 2) {
    const single = after.length === 0 ? undefined : compare(type.element, undefined, after[0]);
    parts.add(element, { added: single?.added, modified: single?.modified, removed: leaf });
  } else {
    const single = before.length === 0 ? undefined : compare(type.element, before[0], undefined);
    parts.add(element, { added: leaf, modified: single?.modified, removed: single?.removed });
  }
}

/** Gathers what the fields of one level come to. */
class DeltaParts {
  readonly #added: [string, FieldSet][] = [];
  readonly #modified: [string, FieldSet][] = [];
  readonly #removed: [string, FieldSet][] = [];

  add(element: string, delta: Delta | undefined): void {
    if (delta === undefined) return;
    if (delta.added !== undefined) this.#added.push([element, delta.added]);
    if (delta.modified !== undefined) this.#modified.push([element, delta.modified]);
    if (delta.removed !== undefined) this.#removed.push([element, delta.removed]);
  }

  /** A map or list that is new, or gone, is so itself, beside what it holds. */
  done(before: unknown, after: unknown): Delta | undefined {
    const added = newNode(before === undefined, this.#added);
    const removed = newNode(after === undefined, this.#removed);
    const modified = newNode(false, this.#modified);
    if (added === undefined && modified === undefined && removed === undefined) return undefined;
    return { added, modified, removed };
  }
}
