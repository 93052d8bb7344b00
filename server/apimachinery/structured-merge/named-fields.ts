/**
 * Adds to a set the fields of structs that it only passes through: `a.b` then also owns `a`, so that removing all of a struct's fields
 * removes the struct.
 */
import { below, elementsOf, type FieldSet, isMember, newNode, newSet } from './field-set.ts';
import { deduced, type MergeType } from './merge-type.ts';

export function withNamedFields(type: MergeType, set: FieldSet): FieldSet {
  return newSet(entriesOf(type, set));
}

function entriesOf(type: MergeType, set: FieldSet): [string, FieldSet][] {
  const entries: [string, FieldSet][] = [];
  for (const element of elementsOf(set)) {
    const name = element.startsWith('f:') ? element.slice(2) : undefined;
    const isNamed = type.kind === 'struct' && name !== undefined && type.field(name) !== undefined;
    const inner = below(set, element);
    const node = newNode(
      isMember(set[element] as FieldSet) || isNamed,
      inner === undefined ? [] : entriesOf(typeBelow(type, name), inner),
    );
    if (node !== undefined) entries.push([element, node]);
  }
  return entries;
}

function typeBelow(type: MergeType, name: string | undefined): MergeType {
  switch (type.kind) {
    case 'struct':
      return (name === undefined ? undefined : type.field(name)) ?? type.others ?? deduced;
    case 'map':
    case 'set':
    case 'keyed':
      return type.element;
    default:
      return deduced;
  }
}
