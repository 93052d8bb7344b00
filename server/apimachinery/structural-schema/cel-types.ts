/** What rules see of a value: the CEL type of a structural schema. What the schema leaves open is not seen at all. */
import { type CelType, DYN, listOf, mapOf, type ObjectField, STRING } from '../cel/cel-type.ts';
import { escapedName } from '../cel/escaped-name.ts';
import { scalarTypeOf } from '../cel/type-of-schema.ts';
import type { Structural } from './structural.ts';

/** What the type of `self` is called in messages; upstream puts a number behind it that changes with every start. */
const SELF_TYPE = 'selfType';

/** Undefined: rules cannot see it. `isResource`: kind, apiVersion and the names in metadata are always there. */
export function celTypeOf(schema: Structural, isResource: boolean, name = SELF_TYPE): CelType | undefined {
  if (schema.intOrString) return DYN;
  const [type = isResource ? 'object' : ''] = schema.types;
  switch (type) {
    case 'array': {
      const element = schema.items === undefined ? undefined : nested(schema.items, `${name}.@idx`);
      return element === undefined ? undefined : { ...listOf(element), keys: keysOf(schema) };
    }
    case 'object': {
      if (typeof schema.additional !== 'object') return objectType(schema, isResource, name);
      const value = nested(schema.additional, `${name}.@elem`);
      return value === undefined ? undefined : mapOf(STRING, value);
    }
    default:
      return scalarTypeOf(type, schema.rules.format);
  }
}

function nested(schema: Structural, name: string): CelType | undefined {
  return celTypeOf(schema, schema.isEmbedded, name);
}

/** By which items are told apart where their order does not count. */
function keysOf({ listType, mapKeys }: Structural): readonly string[] | 'value' | undefined {
  if (listType === 'set') return 'value';
  return listType === 'map' ? mapKeys.map((key) => escapedName(key) ?? key) : undefined;
}

function objectType(schema: Structural, isResource: boolean, name: string): CelType {
  let fields: Map<string, ObjectField> | undefined;
  return {
    kind: 'object',
    name,
    field(field) {
      fields ??= fieldsOf(schema, isResource, name);
      return fields.get(field);
    },
  };
}

function fieldsOf(schema: Structural, isResource: boolean, name: string): Map<string, ObjectField> {
  const fields = new Map<string, ObjectField>();
  for (const [property, inner] of schema.properties) {
    const escaped = escapedName(property);
    const type = escaped === undefined ? undefined : nested(inner, `${name}.${property}`);
    if (escaped !== undefined && type !== undefined) fields.set(escaped, { name: property, type });
  }
  if (isResource) {
    for (const field of ['apiVersion', 'kind']) fields.set(field, { name: field, type: STRING });
    fields.set('metadata', { name: 'metadata', type: metadataType(name) });
  }
  return fields;
}

function metadataType(name: string): CelType {
  return {
    kind: 'object',
    name: `${name}.metadata`,
    field: (field) => (field === 'name' || field === 'generateName' ? { name: field, type: STRING } : undefined),
  };
}
