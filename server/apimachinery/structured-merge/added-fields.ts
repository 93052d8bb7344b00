/**
 * All fields of a value that is new, in one go: most of what is created is new from some point down. Objects that come from one
 * template own the same fields, whatever is in them: their sets are found again and not made anew.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { childOf, emptySet, type FieldSet, newNode } from './field-set.ts';
import { elementOfItem } from './list-items.ts';
import { deduced, type MergeType, type StructType } from './merge-type.ts';
import { fieldElement } from './path-element.ts';

const leaf: FieldSet = emptySet;

/** Types whose values are JSON objects with fields of their own. */
type StructuredType = Extract<MergeType, { readonly kind: 'struct' | 'map' | 'deduced' }>;

/** Sets that a type's values had lately, the last one first. */
const recentSets = new WeakMap<StructType, FieldSet[]>();
/** Sets remembered of a type: as many templates as are likely to be created from at a time. */
const RECENT_SETS = 4;

/** @throws ElementError for items of merged lists that have no key */
export function addedFields(type: MergeType, value: JsonValue): FieldSet {
  if (type.kind !== 'struct' || type.others !== undefined || !isJsonObject(value)) return addedNode(type, value);
  let recent = recentSets.get(type);
  if (recent === undefined) recentSets.set(type, (recent = []));
  const at = recent.findIndex((set) => hasFields(type, value, set));
  const set = at < 0 ? addedStruct(type, value) : (recent[at] as FieldSet);
  if (at !== 0) {
    if (at > 0) recent.splice(at, 1);
    recent.unshift(set);
    if (recent.length > RECENT_SETS) recent.pop();
  }
  return set;
}

/** True if `set` is what addedNode would make of the value. Makes nothing itself. */
function hasFields(type: MergeType, value: JsonValue, set: FieldSet): boolean {
  switch (type.kind) {
    case 'struct':
    case 'map':
    case 'deduced':
      return isJsonObject(value) ? hasFieldsOfMap(type, value, set) : set === leaf;
    case 'set':
    case 'keyed': {
      if (!Array.isArray(value)) return set === leaf;
      const elements = value.map((item) => elementOfItem(type, item));
      // Of items that are there twice a set has only one step, and nothing below it.
      if (elements.length > 1 && new Set(elements).size < elements.length) return false;
      const isInSet = (item: JsonValue, index: number): boolean => {
        const below = childOf(set, elements[index] ?? '');
        return below !== undefined && hasFields(type.element, item, below);
      };
      return value.every(isInSet) && hasSize(set, value.length);
    }
    default:
      return set === leaf;
  }
}

function hasFieldsOfMap(type: StructuredType, map: JsonObject, set: FieldSet): boolean {
  let size = 0;
  for (const name in map) {
    const value = map[name];
    const field = value === undefined ? undefined : typeOfField(type, name);
    if (value === undefined || field === undefined) continue;
    const below = childOf(set, fieldElement(name));
    if (below === undefined || !hasFields(field, value, below)) return false;
    size++;
  }
  return hasSize(set, size);
}

/** Undefined: the struct has no such field. */
function typeOfField(type: StructuredType, name: string): MergeType | undefined {
  switch (type.kind) {
    case 'struct':
      return type.field(name) ?? type.others;
    case 'map':
      return type.element;
    case 'deduced':
      return deduced;
  }
}

/** Beside the step to itself, which every set with others has here. */
function hasSize(set: FieldSet, size: number): boolean {
  if (size === 0) return set === leaf;
  let steps = 0;
  for (const _ in set) steps++;
  return steps === size + 1;
}

function addedNode(type: MergeType, value: JsonValue): FieldSet {
  switch (type.kind) {
    case 'scalar':
    case 'atomic':
      return leaf;
    case 'struct':
    case 'map':
    case 'deduced':
      if (!isJsonObject(value)) return leaf;
      return type.kind === 'struct' && type.others === undefined ? addedStruct(type, value) : addedMap(type, value);
    case 'set':
    case 'keyed': {
      if (!Array.isArray(value)) return leaf;
      const entries = new Map<string, FieldSet>();
      for (const item of value) {
        const element = elementOfItem(type, item);
        entries.set(element, entries.has(element) ? leaf : addedNode(type.element, item));
      }
      return newNode(true, [...entries]) ?? leaf;
    }
  }
}

/** In the order of the type's names, so that nothing needs sorting. */
function addedStruct(type: StructType, value: JsonObject): FieldSet {
  let node: FieldSet | undefined;
  for (const name of type.names) {
    const item = value[name];
    const field = item === undefined ? undefined : type.field(name);
    if (item === undefined || field === undefined) continue;
    node ??= { '.': emptySet };
    node[fieldElement(name)] = addedNode(field, item);
  }
  return node ?? leaf;
}

function addedMap(type: StructuredType, map: JsonObject): FieldSet {
  const entries: [string, FieldSet][] = [];
  for (const name in map) {
    const value = map[name];
    const field = value === undefined ? undefined : typeOfField(type, name);
    if (value !== undefined && field !== undefined) entries.push([fieldElement(name), addedNode(field, value)]);
  }
  return newNode(true, entries) ?? leaf;
}
