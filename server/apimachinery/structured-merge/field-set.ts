/**
 * Sets of fields in the form in which managedFields write them: FieldsV1 JSON is the trie itself. `{}` below a step is the field
 * alone; `"."` beside further steps says that the field itself belongs to the set too. Sets are never changed, only made anew, and
 * share what they have in common: a set that an operation leaves as it is is returned as it is.
 */
import type { JsonObject } from '../json.ts';
import { compareElements, elementText, itemNames } from './path-element.ts';

export type FieldSet = JsonObject;

export const emptySet: FieldSet = Object.freeze({});
/** The node of a field without fields below it. */
const leaf: FieldSet = emptySet;

const SELF = '.';

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** True if the field of a node, and not only some below it, belongs to the set. */
export function isMember(node: FieldSet): boolean {
  return isEmptySet(node) || Object.hasOwn(node, SELF);
}

export function childOf(set: FieldSet, element: string): FieldSet | undefined {
  return Object.hasOwn(set, element) ? (set[element] as FieldSet) : undefined;
}

/** Steps from a node down, in order. */
export function elementsOf(set: FieldSet): string[] {
  const elements = Object.keys(set);
  return elements[0] === SELF ? elements.slice(1) : elements;
}

type Entry = readonly [element: string, node: FieldSet];

/** Entries in any order. Undefined: neither the field nor any below it. */
export function newNode(member: boolean, entries: Entry[]): FieldSet | undefined {
  if (entries.length === 0) return member ? leaf : undefined;
  const node: FieldSet = {};
  if (member) node[SELF] = leaf;
  for (const [element, child] of sorted(entries)) node[element] = child;
  return node;
}

/** The same, or `model` itself where that is just this node. */
export function nodeLike(model: FieldSet | undefined, member: boolean, entries: Entry[]): FieldSet | undefined {
  return model !== undefined && isNode(model, member, entries) ? model : newNode(member, entries);
}

function isNode(node: FieldSet, member: boolean, entries: readonly Entry[]): boolean {
  if (entries.length === 0 || Object.hasOwn(node, SELF) !== member) return false;
  let left = entries.length + (member ? 1 : 0);
  for (const _ in node) left--;
  return left === 0 && entries.every(([element, child]) => isAlike(childOf(node, element), child));
}

function isAlike(a: FieldSet | undefined, b: FieldSet): boolean {
  return a === b || (a !== undefined && isEmptySet(a) && isEmptySet(b));
}

/** Items of lists mostly have one name each: the names are looked up once, not at every comparison. */
function sorted(entries: Entry[]): readonly Entry[] {
  if (entries.length < 2) return entries;
  const names = itemNames(entries.map(([element]) => element));
  if (names === undefined) return entries.sort(([a], [b]) => compareElements(a, b));
  return entries
    .map((entry, index) => ({ entry, name: names[index] as string }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ entry }) => entry);
}

export function newSet(entries: Entry[]): FieldSet {
  return newNode(false, entries) ?? emptySet;
}

/** The set of one field. */
export function setOfPath(path: readonly string[]): FieldSet {
  return path.reduceRight<FieldSet>((below, element) => ({ [element]: below }), leaf);
}

export function hasPath(set: FieldSet, path: readonly string[]): boolean {
  let node: FieldSet | undefined = set;
  for (const element of path) {
    node = childOf(node, element);
    if (node === undefined) return false;
  }
  return path.length > 0 && isMember(node);
}

/** A step and what lies below it, without the others; undefined: nothing below. */
export function below(set: FieldSet, element: string): FieldSet | undefined {
  const node = childOf(set, element);
  if (node === undefined || isEmptySet(node)) return undefined;
  if (!Object.hasOwn(node, SELF)) return node;
  const { [SELF]: _self, ...rest } = node;
  return rest;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptySet(b)) return a;
  if (isEmptySet(a)) return b;
  return unionOf(a, b, false);
}

function unionOf(a: FieldSet, b: FieldSet, member: boolean): FieldSet {
  const entries: Entry[] = [];
  let same = !member || isMember(a);
  for (const element of elementsOf(a)) {
    const left = a[element] as FieldSet;
    const right = childOf(b, element);
    const node = right === undefined || right === left ? left : unionOf(left, right, isMember(left) || isMember(right));
    if (node !== left) same = false;
    entries.push([element, node]);
  }
  for (const element of elementsOf(b)) {
    if (Object.hasOwn(a, element)) continue;
    same = false;
    entries.push([element, b[element] as FieldSet]);
  }
  return same ? a : (newNode(member, entries) ?? leaf);
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  return intersectionOf(a, b, false) ?? emptySet;
}

function intersectionOf(a: FieldSet, b: FieldSet, member: boolean): FieldSet | undefined {
  const entries: Entry[] = [];
  for (const element of elementsOf(a)) {
    const left = a[element] as FieldSet;
    const right = childOf(b, element);
    if (right === undefined) continue;
    const node = intersectionOf(left, right, isMember(left) && isMember(right));
    if (node !== undefined) entries.push([element, node]);
  }
  return newNode(member, entries);
}

/** What is in `a` and not in `b`; a field goes alone, those below it stay. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return isEmptySet(b) ? a : (without(a, b, { member: false, recursive: false }) ?? emptySet);
}

/** The same, and with a field of `b` goes all that lies below it. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return isEmptySet(b) ? a : (without(a, b, { member: false, recursive: true }) ?? emptySet);
}

function without(
  a: FieldSet,
  b: FieldSet,
  { member, recursive }: { member: boolean; recursive: boolean },
): FieldSet | undefined {
  const entries: Entry[] = [];
  let same = true;
  for (const element of elementsOf(a)) {
    const left = a[element] as FieldSet;
    const right = childOf(b, element);
    let node: FieldSet | undefined = left;
    if (right !== undefined) {
      const goes = isMember(right);
      node = goes && recursive ? undefined : without(left, right, { member: isMember(left) && !goes, recursive });
    }
    if (node !== left) same = false;
    if (node !== undefined) entries.push([element, node]);
  }
  if (same && member === isMember(a)) return a;
  return newNode(member, entries);
}

/** True if all of `a` is in `b`. */
export function isSubset(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  return elementsOf(a).every((element) => {
    const left = a[element] as FieldSet;
    const right = childOf(b, element);
    return right !== undefined && (!isMember(left) || isMember(right)) && isSubset(left, right);
  });
}

export function isSameSet(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isSameSet(a[key] as FieldSet, b[key] as FieldSet));
}

/** Every field of the set, with its path for people, in order. */
export function* pathsOf(set: FieldSet, path: readonly string[] = []): Generator<readonly string[], undefined> {
  const elements = elementsOf(set);
  // As structured-merge-diff walks: the fields of one level before those below them.
  for (const element of elements) if (isMember(set[element] as FieldSet)) yield [...path, element];
  for (const element of elements) yield* pathsOf(set[element] as FieldSet, [...path, element]);
}

export function pathText(path: readonly string[]): string {
  return path.map(elementText).join('');
}
