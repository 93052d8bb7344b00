/**
 * One step of a path as FieldsV1 writes it: `f:name`, `k:{"name":"a"}` (an item of a keyed list), `v:"x"` (of a set), `i:0`.
 * Two steps are the same when their texts are.
 */
import { goQuote } from '../errors/field-error.ts';
import { isJsonObject, isRawJson, type JsonObject, type JsonValue } from '../json.ts';
import type { KeyedListType } from './merge-type.ts';

/** Names of fields recur in every object: the same text each time needs no making and no hashing. */
const fieldElements = new Map<string, string>();
/** Names remembered; those of maps (labels, data) come from clients and are as many as they like. */
const MAX_FIELD_ELEMENTS = 4096;

export function fieldElement(name: string): string {
  let element = fieldElements.get(name);
  if (element === undefined) {
    element = `f:${name}`;
    if (fieldElements.size >= MAX_FIELD_ELEMENTS) fieldElements.clear();
    fieldElements.set(name, element);
  }
  return element;
}

/** Why an item has no place in its list. */
export class ElementError extends Error {
  override name = 'ElementError';
}

/** @throws ElementError */
export function keyElement(list: KeyedListType, item: JsonValue): string {
  if (item === null) throw new ElementError('associative list with keys may not have a null element');
  if (!isJsonObject(item)) throw new ElementError('associative list with keys may not have non-map elements');
  let text = '';
  for (const { key, quoted } of sortedKeys(list)) {
    // A null that was sent is a value like any other.
    const value = Object.hasOwn(item, key) && item[key] !== undefined ? item[key] : list.defaults.get(key);
    if (value === undefined) continue;
    text += `${text === '' ? '' : ','}${quoted}:${textOfValue(value)}`;
  }
  if (text !== '' || list.keys.length === 0) return `k:{${text}}`;
  const names = list.keys.map((key) => JSON.stringify(key)).join(' ');
  throw new ElementError(
    `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  );
}

interface QuotedKey {
  readonly key: string;
  readonly quoted: string;
}

const sortedKeysOf = new WeakMap<KeyedListType, readonly QuotedKey[]>();

function sortedKeys(list: KeyedListType): readonly QuotedKey[] {
  let sorted = sortedKeysOf.get(list);
  if (sorted === undefined) {
    sorted = list.keys.toSorted().map((key) => ({ key, quoted: JSON.stringify(key) }));
    sortedKeysOf.set(list, sorted);
  }
  return sorted;
}

/** @throws ElementError */
export function valueElement(item: JsonValue): string {
  if (item === null) throw new ElementError("associative list without keys has an element that's an explicit null");
  if (Array.isArray(item)) throw new ElementError('not supported: associative list with lists as elements');
  if (isJsonObject(item)) throw new ElementError("associative list without keys has an element that's a map type");
  return `v:${textOfValue(item)}`;
}

/** As Go's encoders write it: strings with HTML's special characters escaped. */
function textOfValue(value: JsonValue): string {
  if (typeof value === 'string' && plainText.test(value)) return `"${value}"`;
  const text = JSON.stringify(value);
  return typeof value === 'string' && htmlSpecial.test(text)
    ? text.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : text;
}

/** Written as it is. */
const plainText = /^[\w./:@ -]*$/;
const htmlSpecial = /[<>&\u2028\u2029]/;

/** Fields, then keys, then values, then indexes; numbers by value. */
export function compareElements(a: string, b: string): number {
  if (a === b) return 0;
  const kind = a.charCodeAt(0);
  if (kind === FIELD && b.charCodeAt(0) === FIELD) return a < b ? -1 : 1;
  const kinds = rank(a) - rank(b);
  if (kinds !== 0) return kinds;
  switch (kind) {
    case KEY:
      return compareKeys(contentOf(a) as JsonObject, contentOf(b) as JsonObject);
    case VALUE:
      return compareValues(contentOf(a), contentOf(b));
    default:
      return Number(a.slice(2)) - Number(b.slice(2));
  }
}

/** Of items that are named by one text under the same key, as most are; undefined: they are not. */
export function itemNames(elements: readonly string[]): readonly string[] | undefined {
  const first = elements[0] ?? '';
  if (first.charCodeAt(0) !== KEY) return undefined;
  const start = first.indexOf(':"', 4) + 2;
  if (start < 6) return undefined;
  const prefix = first.slice(0, start);
  const names: string[] = [];
  for (const element of elements) {
    if (!element.startsWith(prefix) || !isNamed(element, start)) return undefined;
    names.push(element.slice(start, -2));
  }
  return names;
}

function isNamed(element: string, start: number): boolean {
  return element.indexOf('"', start) === element.length - 2 && !element.includes('\\', start);
}

const FIELD = 0x66;
const KEY = 0x6b;
const VALUE = 0x76;
const kindsInOrder = 'fkvi';

function rank(element: string): number {
  return kindsInOrder.indexOf(element.charAt(0));
}

/** The value or the keys that an element names. @throws SyntaxError */
export function contentOf(element: string): JsonValue {
  return JSON.parse(element.slice(2)) as JsonValue;
}

function compareKeys(a: JsonObject, b: JsonObject): number {
  const left = Object.entries(a);
  const right = Object.entries(b);
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const [leftName, leftValue] = left[at] as [string, JsonValue];
    const [rightName, rightValue] = right[at] as [string, JsonValue];
    if (leftName !== rightName) return leftName < rightName ? -1 : 1;
    const order = compareValues(leftValue, rightValue);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareValues(a: JsonValue, b: JsonValue): number {
  const kinds = valueRank(a) - valueRank(b);
  if (kinds !== 0) return kinds;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}

function valueRank(value: JsonValue): number {
  if (typeof value === 'number' || isRawJson(value)) return 0;
  return ['string', 'boolean'].indexOf(typeof value) + 1 || 3;
}

/** As it stands in paths for people: `.name`, `[name="a"]`, `[="x"]`, `[0]`. */
export function elementText(element: string): string {
  switch (element.charCodeAt(0)) {
    case FIELD:
      return `.${element.slice(2)}`;
    case KEY: {
      const keys = Object.entries(contentOf(element) as JsonObject);
      return `[${keys.map(([name, value]) => `${name}=${valueText(value ?? null)}`).join(',')}]`;
    }
    case VALUE:
      return `[=${valueText(contentOf(element))}]`;
    default:
      return `[${element.slice(2)}]`;
  }
}

function valueText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(',')}]`;
  if (isJsonObject(value))
    return Object.entries(value)
      .map(([key, item]) => `${key}=${valueText(item ?? null)}`)
      .join('');
  return typeof value === 'string' ? goQuote(value) : JSON.stringify(value);
}
