/** A structural schema in the model of the schema engine: which fields there are, and how lists and maps merge. */
import {
  FieldSchema,
  type GroupVersionKindFacts,
  Kind,
  ListSchema,
  MapSchema,
  type Schema,
  StructSchema,
} from '../schema/type-schema.ts';
import { metaFields, type Structural } from './structural.ts';

const ANY = { kind: Kind.any, goType: 'interface {}' } as const;
const STRING = { kind: Kind.string, goType: 'string' } as const;

const scalars: Readonly<Record<string, Schema>> = {
  string: STRING,
  boolean: { kind: Kind.boolean, goType: 'bool' },
  number: { kind: Kind.float, goType: 'float64' },
};

/**
 * The struct of a custom kind; `metadata` is ObjectMeta. Only good for merging: objects are not decoded by it, and nothing in it
 * is written when unset.
 */
export function toStructSchema(schema: Structural, kind: GroupVersionKindFacts, metadata: StructSchema): StructSchema {
  return structOf(schema, { name: `${kind.version}.${kind.kind}`, gvks: [kind], metadata, isResource: true });
}

interface StructParts {
  readonly name: string;
  readonly gvks?: readonly GroupVersionKindFacts[];
  readonly metadata: StructSchema;
  readonly isResource: boolean;
}

function structOf(schema: Structural, { name, gvks, metadata, isResource }: StructParts): StructSchema {
  const struct = new StructSchema({
    name,
    goName: name,
    goType: name,
    mapType: schema.isAtomicMap ? 'atomic' : undefined,
    gvks,
    preserveUnknownFields: schema.preservesUnknown,
  });
  const own = [...schema.properties].filter(([field]) => !isResource || !metaFields.has(field));
  const fields = own.map(([field, inner], index) => fieldOf(field, index, inner, metadata));
  if (isResource) {
    const optional = { pointer: true, omit: 'empty' } as const;
    fields.push(
      new FieldSchema('apiVersion', fields.length, STRING, optional),
      new FieldSchema('kind', fields.length + 1, STRING, optional),
      new FieldSchema('metadata', fields.length + 2, metadata, optional),
    );
  }
  struct.define(fields);
  return struct;
}

function fieldOf(name: string, index: number, schema: Structural, metadata: StructSchema): FieldSchema {
  return new FieldSchema(name, index, schemaOf(schema, metadata), {
    pointer: true,
    omit: 'empty',
    nullable: schema.nullable,
    default: schema.default,
    listType: schema.listType,
    mapKeys: schema.mapKeys,
    mapType: schema.isAtomicMap ? 'atomic' : undefined,
  });
}

function schemaOf(schema: Structural, metadata: StructSchema): Schema {
  if (schema.intOrString) return { kind: Kind.intOrString, goType: 'intstr.IntOrString' };
  const [type = ''] = schema.types;
  const { format } = schema.rules;
  // To apply, a text of a format may be any scalar.
  if (type === 'string' && format !== '' && format !== 'byte') return { kind: Kind.quantity, goType: 'string' };
  switch (type) {
    case 'array': {
      const element = schema.items === undefined ? ANY : schemaOf(schema.items, metadata);
      return new ListSchema(element, '[]interface {}', { listType: schema.listType, mapKeys: schema.mapKeys });
    }
    case 'object':
      return objectOf(schema, metadata);
    case 'integer':
      return INT64;
    default:
      return (
        scalars[type] ?? (schema.preservesUnknown && schema.properties.size > 0 ? objectOf(schema, metadata) : ANY)
      );
  }
}

const INT64: Schema = {
  kind: Kind.integer,
  goType: 'int64',
  min: -(2 ** 63),
  max: 2 ** 63,
  range: [-(2n ** 63n), 2n ** 63n - 1n],
};

function objectOf(schema: Structural, metadata: StructSchema): Schema {
  const { additional, isEmbedded } = schema;
  if (schema.properties.size === 0 && !isEmbedded && additional !== undefined) {
    return new MapSchema(additional === 'untyped' ? ANY : schemaOf(additional, metadata), 'map[string]interface {}');
  }
  return structOf(schema, { name: 'object', metadata, isResource: isEmbedded });
}
