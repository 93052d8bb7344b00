/** A value without the fields of a set: what a manager once applied, and no longer does. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { setKey } from '../schema/canonical.ts';
import { below, childOf, type FieldSet, isEmptySet, isMember } from './field-set.ts';
import { type AssociativeType, elementOfItem } from './list-items.ts';
import { deduced, type MergeType } from './merge-type.ts';
import { fieldElement } from './path-element.ts';

/** What holds nothing any more becomes null. */
export function removeFields(type: MergeType, value: JsonValue, fields: FieldSet): JsonValue {
  if (isEmptySet(fields)) return value;
  switch (type.kind) {
    case 'scalar':
      return value;
    case 'atomic':
      return isJsonObject(value) || Array.isArray(value) ? null : value;
    case 'deduced':
      if (Array.isArray(value)) return null;
      return isJsonObject(value) ? removeFromMap(() => deduced, value, fields) : value;
    case 'struct':
      if (!isJsonObject(value)) return null;
      return removeFromMap((name) => type.field(name) ?? type.others ?? deduced, value, fields);
    case 'map':
      return isJsonObject(value) ? removeFromMap(() => type.element, value, fields) : null;
    case 'set':
    case 'keyed':
      return Array.isArray(value) ? removeFromList(type, value, fields) : null;
  }
}

function removeFromMap(typeOf: (name: string) => MergeType, map: JsonObject, fields: FieldSet): JsonValue {
  const kept: JsonObject = {};
  let isEmpty = true;
  for (const [name, value] of Object.entries(map)) {
    if (value === undefined) continue;
    const element = fieldElement(name);
    const node = childOf(fields, element);
    if (node !== undefined && isMember(node)) continue;
    const inner = below(fields, element);
    setKey(kept, name, inner === undefined ? value : removeFields(typeOf(name), value, inner));
    isEmpty = false;
  }
  return isEmpty ? null : kept;
}

function removeFromList(type: AssociativeType, list: readonly JsonValue[], fields: FieldSet): JsonValue {
  const kept: JsonValue[] = [];
  for (const item of list) {
    const element = elementOfItem(type, item);
    const node = childOf(fields, element);
    if (node !== undefined && isMember(node)) continue;
    const inner = below(fields, element);
    kept.push(inner === undefined ? item : removeFields(type.element, item, inner));
  }
  return kept.length === 0 ? null : kept;
}
