/** The fields that an applied configuration names, which are those that its manager owns from then on. */
import { isJsonObject, type JsonValue } from '../json.ts';
import { childOf, emptySet, type FieldSet, isEmptySet, newNode, nodeLike } from './field-set.ts';
import { elementOfItem } from './list-items.ts';
import { deduced, type MergeType } from './merge-type.ts';
import { fieldElement } from './path-element.ts';

/** @param model a set that is likely to be the same in parts: those are shared with it, and not made anew */
export function fieldsOfValue(type: MergeType, value: JsonValue, model?: FieldSet): FieldSet {
  return nodeOf(type, value, { member: false, model }) ?? emptySet;
}

interface Place {
  /** Whether the field itself counts, which its holder decides. */
  readonly member: boolean;
  readonly model: FieldSet | undefined;
}

function nodeOf(type: MergeType, value: JsonValue, place: Place): FieldSet | undefined {
  switch (type.kind) {
    case 'scalar':
    case 'atomic':
      return emptySet;
    case 'deduced':
      return isJsonObject(value) ? ofMap(() => deduced, value, { ...place, isField: never }) : emptySet;
    case 'struct': {
      if (!isJsonObject(value)) return newNode(place.member, []);
      const typeOf = (name: string) => type.field(name) ?? type.others ?? deduced;
      return ofMap(typeOf, value, { ...place, isField: (name) => type.field(name) !== undefined });
    }
    case 'map':
      return isJsonObject(value)
        ? ofMap(() => type.element, value, { ...place, isField: never })
        : newNode(place.member, []);
    case 'set':
    case 'keyed':
      return Array.isArray(value) ? ofList(type, value, place) : newNode(place.member, []);
  }
}

const never = () => false;

function ofMap(
  typeOf: (name: string) => MergeType,
  value: Readonly<Record<string, JsonValue | undefined>>,
  { member, model, isField }: Place & { readonly isField: (name: string) => boolean },
): FieldSet | undefined {
  const entries: [string, FieldSet][] = [];
  for (const name in value) {
    const item = value[name];
    if (item === undefined) continue;
    // Keys of maps count themselves; fields of structs only where nothing below them could.
    const counts = item === null || (isJsonObject(item) && isEmptySet(item)) || !isField(name);
    const element = fieldElement(name);
    const node = nodeOf(typeOf(name), item, { member: counts, model: model && childOf(model, element) });
    if (node !== undefined) entries.push([element, node]);
  }
  return nodeLike(model, member, entries);
}

function ofList(
  type: Extract<MergeType, { kind: 'set' | 'keyed' }>,
  list: readonly JsonValue[],
  { member, model }: Place,
): FieldSet | undefined {
  const nodes = new Map<string, FieldSet>();
  const seen = new Set<string>();
  for (const item of list) {
    const element = elementOfItem(type, item);
    // Of items that are there twice only the item is owned, not what it holds.
    const node = seen.has(element)
      ? emptySet
      : nodeOf(type.element, item, { member: true, model: model && childOf(model, element) });
    seen.add(element);
    if (node !== undefined) nodes.set(element, node);
  }
  return nodeLike(model, member, [...nodes]);
}
