/** How values of a type are merged, compared and owned: the compiled schema reduced to what server-side apply looks at. */
import type { JsonValue } from '../json.ts';
import {
  Kind,
  type FieldSchema,
  type ListType,
  type MapType,
  type Schema,
  type StructSchema,
} from '../schema/type-schema.ts';

export type MergeType = ScalarType | AtomicType | DeducedType | StructType | MapType_ | SetType | KeyedListType;

/** One value, replaced as a whole; `expected` is what a value must be, in structured-merge-diff's word for it. */
export interface ScalarType {
  readonly kind: 'scalar';
  readonly expected: 'string' | 'numeric' | 'boolean' | 'scalar';
}

/** A list, map or struct that is replaced as a whole; `shape` still says what lies in it, for validation. */
export interface AtomicType {
  readonly kind: 'atomic';
  readonly shape: MergeType | undefined;
  readonly of: 'list' | 'map' | 'any';
}

/** Without a schema: maps merge by key, lists are replaced as a whole. */
export interface DeducedType {
  readonly kind: 'deduced';
}

export interface StructType {
  readonly kind: 'struct';
  field(name: string): MergeType | undefined;
  /** Of all fields, in the order of FieldsV1. */
  readonly names: readonly string[];
  /** Of names that the struct does not know; undefined: there are none. */
  readonly others: MergeType | undefined;
}

interface MapType_ {
  readonly kind: 'map';
  readonly element: MergeType;
}

export interface SetType {
  readonly kind: 'set';
  readonly element: MergeType;
}

export interface KeyedListType {
  readonly kind: 'keyed';
  readonly keys: readonly string[];
  /** Of keys that an item may leave out. */
  readonly defaults: ReadonlyMap<string, JsonValue>;
  readonly element: MergeType;
}

/** Types whose values are JSON objects with fields of their own. */
export type StructuredType = StructType | MapType_ | DeducedType;

/** Of a field; undefined: the struct has no such one. */
export function typeBelow(type: StructuredType, name: string): MergeType | undefined {
  switch (type.kind) {
    case 'struct':
      return type.field(name) ?? type.others;
    case 'map':
      return type.element;
    case 'deduced':
      return deduced;
  }
}

export const deduced: DeducedType = { kind: 'deduced' };
const anyAtomic: AtomicType = { kind: 'atomic', shape: undefined, of: 'any' };

const scalars = {
  string: { kind: 'scalar', expected: 'string' },
  numeric: { kind: 'scalar', expected: 'numeric' },
  boolean: { kind: 'scalar', expected: 'boolean' },
  scalar: { kind: 'scalar', expected: 'scalar' },
} as const;

const structs = new WeakMap<StructSchema, StructType>();

export function mergeTypeOf(schema: StructSchema): StructType {
  let type = structs.get(schema);
  if (type === undefined) {
    type = newStructType(schema);
    structs.set(schema, type);
  }
  return type;
}

/** A type may contain itself, and most fields are never met: each is made on first use. */
function newStructType(schema: StructSchema): StructType {
  const made = new Map<string, MergeType | undefined>();
  let names: readonly string[] | undefined;
  return {
    kind: 'struct',
    field(name) {
      const known = made.get(name);
      if (known !== undefined) return known;
      const field = schema.byName.get(name);
      if (field === undefined) return undefined;
      const type = typeOfField(field);
      made.set(name, type);
      return type;
    },
    get names() {
      names ??= [...schema.byName.keys()].sort();
      return names;
    },
    others: schema.preserveUnknownFields ? deduced : undefined,
  };
}

function typeOfField({ schema, listType, mapKeys, mapType }: FieldSchema): MergeType {
  return typeOf(schema, { listType, mapKeys, mapType });
}

interface Relations {
  readonly listType?: ListType | undefined;
  readonly mapKeys?: readonly string[];
  readonly mapType?: MapType | undefined;
}

function typeOf(schema: Schema, relations: Relations = {}): MergeType {
  switch (schema.kind) {
    case Kind.struct: {
      // The schema of a struct without fields says nothing but that it is an object.
      if (schema.fields.length === 0) return { kind: 'map', element: deduced };
      const type = mergeTypeOf(schema);
      return (relations.mapType ?? schema.mapType) === 'atomic' ? { kind: 'atomic', shape: type, of: 'map' } : type;
    }
    case Kind.map: {
      const type: MergeType = { kind: 'map', element: typeOf(schema.value) };
      return relations.mapType === 'atomic' ? { kind: 'atomic', shape: type, of: 'map' } : type;
    }
    case Kind.list: {
      const element = typeOf(schema.element);
      const listType = relations.listType ?? schema.listType;
      if (listType === 'set') return { kind: 'set', element };
      if (listType === 'map') {
        const keys = relations.listType === undefined ? schema.mapKeys : (relations.mapKeys ?? []);
        return newKeyedList(schema.element, keys, element);
      }
      return { kind: 'atomic', shape: { kind: 'set', element }, of: 'list' };
    }
    case Kind.string:
    case Kind.bytes:
    case Kind.duration:
      return scalars.string;
    case Kind.boolean:
      return scalars.boolean;
    case Kind.integer:
    case Kind.float:
      return scalars.numeric;
    case Kind.time:
    case Kind.microTime:
    case Kind.quantity:
      return scalars.scalar;
    case Kind.raw:
      return schema.goType === 'runtime.RawExtension' ? anyAtomic : deduced;
    // Two types at once are no type to upstream's schemas.
    case Kind.intOrString:
    case Kind.any:
    case Kind.variant:
      return deduced;
  }
}

function newKeyedList(item: Schema, keys: readonly string[], element: MergeType): KeyedListType {
  const defaults = new Map<string, JsonValue>();
  if (item.kind === Kind.struct) {
    for (const key of keys) {
      const value = item.byName.get(key)?.default;
      if (value !== undefined) defaults.set(key, value);
    }
  }
  return { kind: 'keyed', keys, defaults, element };
}
