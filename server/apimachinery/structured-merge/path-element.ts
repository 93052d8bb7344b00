/**
 * One step of a path as FieldsV1 writes it: `f:name`, `k:{"name":"a"}` (an item of a keyed list), `v:"x"` (of a set), `i:0`.
 * Two steps are the same when their texts are.
 */
import { goQuote } from '../errors/field-error.ts';
import { isJsonObject, isRawJson, type JsonObject, type JsonValue } from '../json.ts';
import type { KeyedListType } from './merge-type.ts';

export function fieldElement(name: string): string {
  return `f:${name}`;
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
  for (const key of sortedKeys(list)) {
    const value = (Object.hasOwn(item, key) ? item[key] : undefined) ?? list.defaults.get(key);
    if (value === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${textOfValue(value)}`;
  }
  if (text !== '' || list.keys.length === 0) return `k:{${text}}`;
  const names = list.keys.map((key) => JSON.stringify(key)).join(' ');
  throw new ElementError(
    `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  );
}

const sortedKeysOf = new WeakMap<KeyedListType, readonly string[]>();

function sortedKeys(list: KeyedListType): readonly string[] {
  let sorted = sortedKeysOf.get(list);
  if (sorted === undefined) sortedKeysOf.set(list, (sorted = list.keys.toSorted()));
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
  const text = JSON.stringify(value);
  return typeof value === 'string' && htmlSpecial.test(text)
    ? text.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : text;
}

const htmlSpecial = /[<>&\u2028\u2029]/;

/** Fields, then keys, then values, then indexes; numbers by value. */
export function compareElements(a: string, b: string): number {
  if (a === b) return 0;
  const kinds = rank(a) - rank(b);
  if (kinds !== 0) return kinds;
  switch (a.charCodeAt(0)) {
    case 0x66:
      return a < b ? -1 : 1;
    case 0x6b:
      return compareKeys(contentOf(a) as JsonObject, contentOf(b) as JsonObject);
    case 0x76:
      return compareValues(contentOf(a), contentOf(b));
    default:
      return Number(a.slice(2)) - Number(b.slice(2));
  }
}

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
    case 0x66:
      return `.${element.slice(2)}`;
    case 0x6b: {
      const keys = Object.entries(contentOf(element) as JsonObject);
      return `[${keys.map(([name, value]) => `${name}=${valueText(value ?? null)}`).join(',')}]`;
    }
    case 0x76:
      return `[=${valueText(contentOf(element))}]`;
    default:
      return `[${element.slice(2)}]`;
  }
}

function valueText(value: JsonValue): string {
  return typeof value === 'string' ? goQuote(value) : JSON.stringify(value);
}
