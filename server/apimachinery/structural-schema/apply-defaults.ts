/** Defaults of a structural schema, set in place: parents first, so that what a default brings is defaulted in turn. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { setKey } from '../schema/canonical.ts';
import type { Structural } from './structural.ts';

/** True: something was set. */
export function applyStructuralDefaults(value: JsonValue | undefined, schema: Structural): boolean {
  if (!schema.reaches.defaults || typeof value !== 'object') return false;
  if (Array.isArray(value)) return schema.items !== undefined && defaultItems(value, schema.items);
  return isJsonObject(value) && defaultFields(value, schema);
}

function defaultFields(object: JsonObject, schema: Structural): boolean {
  let changed = false;
  for (const [name, field] of schema.properties) {
    if (field.default === undefined) continue;
    if (Object.hasOwn(object, name) && !isNullToReplace(object[name], field)) continue;
    setKey(object, name, copyOf(field.default));
    changed = true;
  }
  for (const key in object) {
    const property = schema.properties.get(key);
    if (property !== undefined) {
      if (applyStructuralDefaults(object[key], property)) changed = true;
      continue;
    }
    const { additional } = schema;
    if (typeof additional !== 'object') continue;
    if (isNullToReplace(object[key], additional) && additional.default !== undefined) {
      setKey(object, key, copyOf(additional.default));
      changed = true;
    }
    if (applyStructuralDefaults(object[key], additional)) changed = true;
  }
  return changed;
}

function defaultItems(list: JsonValue[], items: Structural): boolean {
  let changed = false;
  for (const [index, item] of list.entries()) {
    if (isNullToReplace(item, items) && items.default !== undefined) {
      list[index] = copyOf(items.default);
      changed = true;
    }
    if (applyStructuralDefaults(list[index], items)) changed = true;
  }
  return changed;
}

function isNullToReplace(value: JsonValue | undefined, schema: Structural): boolean {
  return value === null && !schema.nullable;
}

function copyOf(value: JsonValue): JsonValue {
  return typeof value === 'object' ? structuredClone(value) : value;
}
