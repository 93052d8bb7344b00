/** Front end of the schema engine for built-in types: compiles the committed facts table. */
import type { FactsTable, FieldFacts, TypeFacts } from '../../../openapi/type-facts.ts';
import type { JsonValue } from '../json.ts';
import { SchemaRegistry, type SchemaSource } from './schema-registry.ts';
import { FieldSchema, Kind, ListSchema, MapSchema, type Schema, StructSchema } from './type-schema.ts';

export function compileFacts(table: FactsTable): SchemaRegistry {
  return new SchemaRegistry(new FactsSource(table));
}

class FactsSource implements SchemaSource {
  readonly #types: ReadonlyMap<string, TypeFacts>;
  readonly #kinds = new Map<string, string>();
  readonly #scalars = new Map<string, Schema>();

  constructor(table: FactsTable) {
    this.#types = new Map(Object.entries(table.types));
    for (const [name, facts] of this.#types) {
      for (const gvk of facts.gvk ?? []) this.#kinds.set(`${gvk.group}/${gvk.version}/${gvk.kind}`, name);
    }
  }

  names(): Iterable<string> {
    return this.#types.keys();
  }

  typeName(group: string, version: string, kind: string): string | undefined {
    return this.#kinds.get(`${group}/${version}/${kind}`);
  }

  compile(name: string, registry: SchemaRegistry): Schema | undefined {
    const facts = this.#types.get(name);
    if (facts === undefined) return undefined;
    const goType = goTypeOf(name, facts);
    if (facts.special !== undefined && facts.special !== 'Timestamp')
      return specialSchema(facts.special, goType, name, registry);
    const struct = new StructSchema({ name, goName: facts.go, goType, mapType: facts.mapType, gvks: facts.gvk });
    registry.register(name, struct);
    const fields = Object.entries(facts.special === 'Timestamp' ? TIMESTAMP_FIELDS : (facts.fields ?? {}));
    struct.define(fields.map(([field, its], index) => this.#field(field, index, its, registry)));
    return struct;
  }

  #field(name: string, index: number, facts: FieldFacts, registry: SchemaRegistry): FieldSchema {
    const protobuf = facts.pb === undefined ? undefined : typeof facts.pb === 'number' ? [facts.pb] : facts.pb;
    return new FieldSchema(name, index, this.#schema(facts.t, facts.go, registry), {
      pointer: facts.ptr,
      omit: facts.omit ?? 'never',
      required: facts.req,
      default: facts.def as JsonValue | undefined,
      listType: facts.listType,
      mapKeys: facts.mapKeys,
      mapType: facts.mapType,
      patchStrategy: facts.patchStrategy?.split(','),
      patchMergeKey: facts.patchMergeKey,
      enum: facts.enum,
      format: facts.format,
      protobuf,
      via: facts.via,
    });
  }

  /** `go` is set where Go's name of the type does not follow from the expression. */
  #schema(expression: string, go: string | undefined, registry: SchemaRegistry): Schema {
    if (expression.startsWith('#')) {
      const schema = registry.get(expression.slice(1));
      if (schema === undefined) throw new Error(`the facts name an unknown type: ${expression}`);
      return schema;
    }
    if (expression.startsWith('[]')) {
      const element = this.#schema(expression.slice(2), go?.startsWith('[]') ? go.slice(2) : undefined, registry);
      return new ListSchema(element, go ?? `[]${element.goType}`);
    }
    if (expression.startsWith('{}')) {
      const end = go?.startsWith('map[') ? go.indexOf(']') : -1;
      const value = this.#schema(expression.slice(2), end > 0 ? go?.slice(end + 1) : undefined, registry);
      return new MapSchema(value, go ?? `map[string]${value.goType}`);
    }
    const key = `${expression}|${go ?? ''}`;
    let scalar = this.#scalars.get(key);
    if (scalar === undefined) {
      scalar = scalarSchema(expression, go);
      this.#scalars.set(key, scalar);
    }
    return scalar;
  }
}

/** "v1.Pod" from "io.k8s.api.core.v1.Pod": the last package segment and the Go name. */
function goTypeOf(name: string, facts: TypeFacts): string {
  return `${name.split('.').at(-2) ?? ''}.${facts.go}`;
}

const TIMESTAMP_FIELDS: Readonly<Record<string, FieldFacts>> = {
  seconds: { t: 'int64', pb: 1 },
  nanos: { t: 'int32', pb: 2 },
};

function scalarSchema(expression: string, go: string | undefined): Schema {
  const goType = go ?? expression;
  switch (expression) {
    case 'string':
      return { kind: Kind.string, goType };
    case 'bool':
      return { kind: Kind.boolean, goType };
    case 'float32':
    case 'float64':
      return { kind: Kind.float, goType };
    case 'bytes':
      return { kind: Kind.bytes, goType: go ?? '[]uint8' };
    case 'any':
      return { kind: Kind.any, goType: go ?? 'interface {}' };
  }
  const integer = /^(u?)int(8|16|32|64)$/.exec(expression);
  if (integer === null) throw new Error(`the facts hold an unknown type expression: ${expression}`);
  const bits = BigInt(integer[2] ?? '64');
  const range: [bigint, bigint] =
    integer[1] === 'u' ? [0n, (1n << bits) - 1n] : [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
  return { kind: Kind.integer, goType, min: Number(range[0]), max: Number(range[1]), range };
}

const STRING: Schema = { kind: Kind.string, goType: 'string' };

function specialSchema(special: string, goType: string, name: string, registry: SchemaRegistry): Schema {
  const struct = () => registry.struct(`${name.slice(0, name.lastIndexOf('.'))}.JSONSchemaProps`);
  switch (special) {
    case 'Time':
      return { kind: Kind.time, goType };
    case 'MicroTime':
      return { kind: Kind.microTime, goType };
    case 'Duration':
      return { kind: Kind.duration, goType };
    case 'Quantity':
      return { kind: Kind.quantity, goType };
    case 'IntOrString':
      return { kind: Kind.intOrString, goType };
    case 'FieldsV1':
    case 'RawExtension':
    case 'JSON':
      return { kind: Kind.raw, goType };
    case 'JSONSchemaPropsOrBool':
      return { kind: Kind.variant, goType, alternative: 'boolean', struct };
    case 'JSONSchemaPropsOrArray':
      return { kind: Kind.variant, goType, alternative: 'schemas', struct };
    case 'JSONSchemaPropsOrStringArray':
      return { kind: Kind.variant, goType, alternative: 'strings', struct };
    case 'Verbs':
      return new ListSchema(STRING, goType, { protobufMessage: true });
    default:
      throw new Error(`the facts hold an unknown special type: ${special}`);
  }
}
