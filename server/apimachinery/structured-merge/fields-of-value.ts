/** The fields that an applied configuration names, which are those that its manager owns from then on. */
import { isJsonObject, type JsonValue } from '../json.ts';
import { emptySet, type FieldSet, newNode } from './field-set.ts';
import { elementOfItem } from './list-items.ts';
import { deduced, type MergeType } from './merge-type.ts';
import { fieldElement } from './path-element.ts';

export function fieldsOfValue(type: MergeType, value: JsonValue): FieldSet {
  return nodeOf(type, value, false) ?? emptySet;
}

/** @param member whether the field itself counts, which its holder decides */
function nodeOf(type: MergeType, value: JsonValue, member: boolean): FieldSet | undefined {
  switch (type.kind) {
    case 'scalar':
    case 'atomic':
      return newNode(true, []);
    case 'deduced':
      return isJsonObject(value) ? ofMap(() => deduced, value, { member, isField: never }) : newNode(true, []);
    case 'struct': {
      if (!isJsonObject(value)) return newNode(member, []);
      const typeOf = (name: string) => type.field(name) ?? type.others ?? deduced;
      return ofMap(typeOf, value, { member, isField: (name) => type.field(name) !== undefined });
    }
    case 'map':
      return isJsonObject(value) ? ofMap(() => type.element, value, { member, isField: never }) : newNode(member, []);
    case 'set':
    case 'keyed':
      return Array.isArray(value) ? ofList(type, value, member) : newNode(member, []);
  }
}

const never = () => false;

function ofMap(
  typeOf: (name: string) => MergeType,
  value: Readonly<Record<string, JsonValue | undefined>>,
  { member, isField }: { member: boolean; isField: (name: string) => boolean },
): FieldSet | undefined {
  const entries: [string, FieldSet][] = [];
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined) continue;
    // Keys of maps count themselves; fields of structs only where nothing below them could.
    const counts = item === null || (isJsonObject(item) && Object.keys(item).length === 0) || !isField(name);
    const node = nodeOf(typeOf(name), item, counts);
    if (node !== undefined) entries.push([fieldElement(name), node]);
  }
  return newNode(member, entries);
}

function ofList(
  type: Extract<MergeType, { kind: 'set' | 'keyed' }>,
  list: readonly JsonValue[],
  member: boolean,
): FieldSet | undefined {
  const nodes = new Map<string, FieldSet>();
  const seen = new Set<string>();
  for (const item of list) {
    const element = elementOfItem(type, item);
    // Of items that are there twice only the item is owned, not what it holds.
    const node = seen.has(element) ? newNode(true, []) : nodeOf(type.element, item, true);
    seen.add(element);
    if (node !== undefined) nodes.set(element, node);
  }
  return newNode(member, [...nodes]);
}
