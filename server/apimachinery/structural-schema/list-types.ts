/** Lists of type set and map: no element, no combination of keys twice. */
import { duplicate, type FieldError, invalid } from '../errors/field-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Structural } from './structural.ts';

export function listTypeErrors(object: JsonObject, schema: Structural): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.reaches.keyedLists) visit(object, schema, '', errors);
  return errors;
}

function visit(value: JsonValue | undefined, schema: Structural, path: string, errors: FieldError[]): void {
  if (!schema.reaches.keyedLists || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    if (schema.listType === 'set') checkUnique(value, value, path, errors);
    if (schema.listType === 'map') checkKeys(value, schema.mapKeys, path, errors);
    const { items } = schema;
    if (items !== undefined) value.forEach((item, index) => visit(item, items, `${path}[${index}]`, errors));
    return;
  }
  if (!isJsonObject(value)) return;
  if (typeof schema.additional === 'object') {
    for (const key of Object.keys(value)) visit(value[key], schema.additional, `${path}[${key}]`, errors);
  }
  for (const [name, property] of schema.properties) {
    if (Object.hasOwn(value, name)) visit(value[name], property, path === '' ? name : `${path}.${name}`, errors);
  }
}

function checkKeys(list: readonly JsonValue[], mapKeys: readonly string[], path: string, errors: FieldError[]): void {
  const odd = list.findIndex((item) => item !== null && !isJsonObject(item));
  if (odd >= 0) {
    errors.push(invalid(`${path}[${odd}]`, list[odd], 'must be an object for an array of list-type map'));
    return;
  }
  checkUnique(
    list.map((item) => keysOf(item, mapKeys)),
    list,
    path,
    errors,
  );
}

/** The keys of an item of a list of type map, as an object of those that are set. */
export function keysOf(item: JsonValue, mapKeys: readonly string[]): JsonObject {
  const keys: JsonObject = {};
  if (isJsonObject(item)) for (const key of mapKeys) if (Object.hasOwn(item, key)) keys[key] = item[key];
  return keys;
}

/** Each value that is there more than once is named at its second place. */
function checkUnique(
  values: readonly JsonValue[],
  list: readonly JsonValue[],
  path: string,
  errors: FieldError[],
): void {
  if (list.length < 2) return;
  const times = new Map<string, number>();
  values.forEach((value, index) => {
    const text = sortedText(value);
    const before = times.get(text) ?? 0;
    times.set(text, before + 1);
    if (before === 1) errors.push(duplicate(`${path}[${index}]`, value));
  });
}

/** The same text for objects that differ in the order of their keys alone. */
export function sortedText(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return JSON.stringify(value, (_key, inner: JsonValue) => {
    if (!isJsonObject(inner)) return inner;
    return Object.fromEntries(
      Object.keys(inner)
        .sort()
        .map((key) => [key, inner[key]]),
    );
  });
}
