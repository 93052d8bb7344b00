/** All fields of a value that is new, in one go: most of what is created is new from some point down. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { emptySet, type FieldSet, newNode } from './field-set.ts';
import { elementOfItem } from './list-items.ts';
import { type MergeType, type StructType, type StructuredType, typeBelow } from './merge-type.ts';
import { fieldElement } from './path-element.ts';

const leaf: FieldSet = emptySet;

/** @throws ElementError for items of merged lists that have no key */
export function addedFields(type: MergeType, value: JsonValue): FieldSet {
  switch (type.kind) {
    case 'scalar':
    case 'atomic':
      return leaf;
    case 'struct':
    case 'map':
    case 'deduced':
      if (!isJsonObject(value)) return leaf;
      return type.kind === 'struct' && type.others === undefined ? addedStruct(type, value) : addedMap(type, value);
    case 'set':
    case 'keyed': {
      if (!Array.isArray(value)) return leaf;
      const entries = new Map<string, FieldSet>();
      for (const item of value) {
        const element = elementOfItem(type, item);
        entries.set(element, entries.has(element) ? leaf : addedFields(type.element, item));
      }
      return newNode(true, [...entries]) ?? leaf;
    }
  }
}

/** In the order of the type's names, so that nothing needs sorting. */
function addedStruct(type: StructType, value: JsonObject): FieldSet {
  let node: FieldSet | undefined;
  for (const name of type.names) {
    const item = value[name];
    const field = item === undefined ? undefined : type.field(name);
    if (item === undefined || field === undefined) continue;
    node ??= { '.': emptySet };
    node[fieldElement(name)] = addedFields(field, item);
  }
  return node ?? leaf;
}

function addedMap(type: StructuredType, map: JsonObject): FieldSet {
  const entries: [string, FieldSet][] = [];
  for (const name in map) {
    const value = map[name];
    const field = value === undefined ? undefined : typeBelow(type, name);
    if (value !== undefined && field !== undefined) entries.push([fieldElement(name), addedFields(field, value)]);
  }
  return newNode(true, entries) ?? leaf;
}
