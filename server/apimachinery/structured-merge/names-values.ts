/** Whether the fields of a set, one by one, are all that a value has there: none stands for a map or list that holds something. */
import { isJsonObject, type JsonValue } from '../json.ts';
import { childOf, elementsOf, type FieldSet, isEmptySet } from './field-set.ts';
import { elementOfItem } from './list-items.ts';
import { deduced, type MergeType } from './merge-type.ts';

/** @throws ElementError for items without a key */
export function namesValues(type: MergeType, value: JsonValue | undefined, set: FieldSet): boolean {
  if (isEmptySet(set)) return !isFilled(type, value);
  switch (type.kind) {
    case 'struct':
    case 'map':
    case 'deduced':
      return (
        !isJsonObject(value) ||
        elementsOf(set).every((element) => {
          const name = element.slice(2);
          const below = type.kind === 'struct' ? (type.field(name) ?? type.others ?? deduced) : elementType(type);
          const item = Object.hasOwn(value, name) ? value[name] : undefined;
          return namesValues(below, item, set[element] as FieldSet);
        })
      );
    case 'set':
    case 'keyed':
      return (
        !Array.isArray(value) ||
        value.every((item) => {
          const below = childOf(set, elementOfItem(type, item));
          return below === undefined || namesValues(type.element, item, below);
        })
      );
    default:
      return true;
  }
}

function elementType(type: Extract<MergeType, { readonly kind: 'map' | 'deduced' }>): MergeType {
  return type.kind === 'map' ? type.element : deduced;
}

function isFilled(type: MergeType, value: JsonValue | undefined): boolean {
  switch (type.kind) {
    case 'scalar':
    case 'atomic':
      return false;
    case 'set':
    case 'keyed':
      return Array.isArray(value) && value.length > 0;
    default:
      return isJsonObject(value) && !isEmptySet(value);
  }
}
