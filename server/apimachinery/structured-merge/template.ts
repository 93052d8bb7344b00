/**
 * Objects that come from one template (the pods of a Deployment, what a load or a loop creates) have the same fields, whatever is in
 * them. A template remembers which those are, without the values, so that the next object of it is known by one walk that makes nothing.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { jsonEquals } from '../json-equals.ts';
import {
  deduced,
  type KeyedListType,
  type MergeType,
  type StructType,
  type StructuredType,
  typeBelow,
} from './merge-type.ts';

/** What an object of the template has at one place. */
export type Template =
  | { readonly kind: 'anything' }
  | { readonly kind: 'value'; readonly value: JsonValue | undefined }
  | { readonly kind: 'noFields' | 'noItems' }
  | { readonly kind: 'map'; readonly names: readonly string[]; readonly below: readonly Template[] }
  | { readonly kind: 'keyed'; readonly keys: readonly string[]; readonly items: readonly KeyedItem[] }
  | { readonly kind: 'set'; readonly items: readonly JsonValue[] };

interface KeyedItem {
  readonly values: readonly (JsonValue | undefined)[];
  readonly below: Template;
}

/** Places of one template; what has more is not likely to come twice, and costs memory. */
const MAX_PLACES = 2000;
const anything: Template = { kind: 'anything' };
const noFields: Template = { kind: 'noFields' };
const noItems: Template = { kind: 'noItems' };

/**
 * The template by which compareValues(type, from, value) finds the same fields added and modified for every object that it fits.
 * @returns undefined: the object is too large to be remembered
 */
export function templateOf(type: StructType, from: JsonObject, value: JsonObject): Template | undefined {
  const places = { left: MAX_PLACES };
  const template = at(type, from, value, places);
  return places.left < 0 ? undefined : template;
}

interface Places {
  left: number;
}

/** @param type undefined: the struct has no such field, and nobody comes to own it */
function at(
  type: MergeType | undefined,
  from: JsonValue | undefined,
  value: JsonValue | undefined,
  places: Places,
): Template {
  places.left--;
  if (value === undefined || places.left < 0) return { kind: 'value', value: undefined };
  const same: Template = { kind: 'value', value };
  switch (type?.kind) {
    case 'struct':
    case 'map':
    case 'deduced':
      if (hasFields(value)) return ofMap(type, from, value, places);
      return from === undefined ? noFields : same;
    case 'keyed':
      if (from !== undefined && hasItems(from)) return same;
      if (hasItems(value)) return ofKeyed(type, value, places);
      return from === undefined ? noItems : same;
    case 'set':
      if (hasItems(value)) return { kind: 'set', items: take(value, places) };
      return from === undefined ? noItems : same;
    default:
      return from === undefined ? anything : same;
  }
}

function ofKeyed({ keys, element }: KeyedListType, list: readonly JsonValue[], places: Places): Template {
  const items = list.map((item) => ({
    values: keys.map((key) => keyOf(item, key)),
    below: at(element, undefined, item, places),
  }));
  return { kind: 'keyed', keys, items };
}

function ofMap(type: StructuredType, from: JsonValue | undefined, value: JsonObject, places: Places): Template {
  const names: string[] = [];
  const below: Template[] = [];
  for (const name in value) {
    const before = isJsonObject(from) && Object.hasOwn(from, name) ? from[name] : undefined;
    names.push(name);
    // A struct that was there takes fields that it does not know by what they hold; of one that is new they are nobody's.
    const field = typeBelow(type, name) ?? (from === undefined ? undefined : deduced);
    below.push(at(field, before, value[name], places));
  }
  return { kind: 'map', names, below };
}

function take(items: readonly JsonValue[], places: Places): readonly JsonValue[] {
  places.left -= items.length;
  return places.left < 0 ? [] : items;
}

function keyOf(item: JsonValue, key: string): JsonValue | undefined {
  return isJsonObject(item) && Object.hasOwn(item, key) ? item[key] : undefined;
}

export function fitsTemplate(template: Template, value: JsonValue | undefined): boolean {
  switch (template.kind) {
    case 'anything':
      return value !== undefined;
    case 'value':
      return jsonEquals(template.value, value);
    case 'noFields':
      return value !== undefined && !hasFields(value);
    case 'noItems':
      return value !== undefined && !hasItems(value);
    case 'map':
      return isJsonObject(value) && fitsMap(template.names, template.below, value);
    case 'keyed':
      return Array.isArray(value) && fitsItems(template.keys, template.items, value);
    case 'set':
      return Array.isArray(value) && jsonEquals(template.items as JsonValue[], value);
  }
}

/** In the same order too: what comes from one template has it. */
function fitsMap(names: readonly string[], below: readonly Template[], map: JsonObject): boolean {
  let index = 0;
  for (const name in map) {
    if (name !== names[index] || !fitsTemplate(below[index] as Template, map[name])) return false;
    index++;
  }
  return index === names.length;
}

function fitsItems(keys: readonly string[], items: readonly KeyedItem[], list: readonly JsonValue[]): boolean {
  if (list.length !== items.length) return false;
  for (let index = 0; index < items.length; index++) {
    const item = list[index] as JsonValue;
    const { values, below } = items[index] as KeyedItem;
    for (let at = 0; at < keys.length; at++) {
      if (!jsonEquals(values[at], keyOf(item, keys[at] as string))) return false;
    }
    if (!fitsTemplate(below, item)) return false;
  }
  return true;
}

/** Fields that are set to undefined are seen as fields: objects of one template have them alike. */
function hasFields(value: JsonValue): value is JsonObject {
  if (!isJsonObject(value)) return false;
  for (const _ in value) return true;
  return false;
}

function hasItems(value: JsonValue): value is JsonValue[] {
  return Array.isArray(value) && value.length > 0;
}
