/** Items of lists that merge, by the step that names each. */
import type { JsonValue } from '../json.ts';
import type { KeyedListType, SetType } from './merge-type.ts';
import { keyElement, valueElement } from './path-element.ts';

export type AssociativeType = KeyedListType | SetType;

/** @throws ElementError */
export function elementOfItem(type: AssociativeType, item: JsonValue): string {
  return type.kind === 'keyed' ? keyElement(type, item) : valueElement(item);
}

/** In the order of their first occurrence; more than one value for items that are there more than once. @throws ElementError */
export function itemsByElement(type: AssociativeType, list: readonly JsonValue[]): Map<string, JsonValue[]> {
  const items = new Map<string, JsonValue[]>();
  for (const item of list) {
    const element = elementOfItem(type, item);
    const present = items.get(element);
    if (present === undefined) items.set(element, [item]);
    else present.push(item);
  }
  return items;
}
