/** Reading of objects of any shape for table cells: what is absent or of another type reads as empty, nothing throws. */
import { isRawJson, type JsonObject, type JsonValue } from '../../../../apimachinery/json.ts';

const NO_FIELDS: JsonObject = Object.freeze(Object.create(null) as JsonObject);
const NO_ITEMS: readonly JsonValue[] = Object.freeze([]);

export type JsonReader = (object: JsonObject) => JsonValue | undefined;

/** A reader of one place: "spec.template.spec.containers". For fixed paths only, keys from users go through ownField. */
export function pathReader(path: string): JsonReader {
  const keys = path.split('.');
  return (object) => {
    let value: JsonValue | undefined = object;
    for (const key of keys) {
      if (typeof value !== 'object' || value === null) return undefined;
      value = (value as JsonObject)[key];
    }
    return value;
  };
}

/** The fields of a message; an empty object where there is none. */
export function fieldsOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : NO_FIELDS;
}

export function isMessage(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : NO_ITEMS;
}

export function stringOf(value: JsonValue | undefined, absent = ''): string {
  return typeof value === 'string' ? value : absent;
}

/** A number as decimal text, digits beyond 2^53 kept. */
export function digitsOf(value: JsonValue | undefined, absent = '0'): string {
  if (typeof value === 'number') return String(value);
  return isRawJson(value) ? value.rawJSON : absent;
}

/** A number that is to be counted with. */
export function numberOf(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

/** A field whose key comes from a user ("constructor" is a label like any other). */
export function ownField(fields: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

/** A quantity of a canonical object is its own text; an absent one is zero. */
export function quantityOf(value: JsonValue | undefined, absent = '0'): string {
  return typeof value === 'string' ? value : digitsOf(value, absent);
}
