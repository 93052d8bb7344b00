/**
 * The compiled model of an API type: what decoding, pruning, defaulting, merging and protobuf walk over. Front ends build it
 * from the facts of built-in types (compile-facts.ts) or from OpenAPI; the model knows neither.
 */
import type { JsonValue } from '../json.ts';

/** Discriminator of Schema. Small integers, so that a switch in a hot walk is a jump table. */
export const Kind = {
  struct: 0,
  list: 1,
  map: 2,
  string: 3,
  boolean: 4,
  integer: 5,
  float: 6,
  /** Base64 in JSON. */
  bytes: 7,
  /** Any JSON value, read as Go reads into an interface. */
  any: 8,
  /** metav1.Time: RFC 3339 to the second, UTC. */
  time: 9,
  /** metav1.MicroTime: RFC 3339 with six digits, UTC. */
  microTime: 10,
  /** metav1.Duration: Go's "1h2m3s". */
  duration: 11,
  quantity: 12,
  intOrString: 13,
  /** Any JSON value kept as it came (RawExtension, FieldsV1, apiextensions JSON). */
  raw: 14,
  /** JSONSchemaProps or something shorter: a boolean, or a list. */
  variant: 15,
} as const;

export type Schema =
  | StructSchema
  | ListSchema
  | MapSchema
  | StringSchema
  | BooleanSchema
  | IntegerSchema
  | FloatSchema
  | BytesSchema
  | AnySchema
  | WellKnownSchema
  | RawSchema
  | VariantSchema;

export type ListType = 'atomic' | 'set' | 'map';
export type MapType = 'atomic' | 'granular';

/** JSON tag of the Go field: when it is written. "empty" has no effect on Go structs, as in encoding/json. */
export type Omit = 'never' | 'empty' | 'zero';

export interface GroupVersionKindFacts {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What a field may say about itself beyond name and schema; everything unset means "no". */
export interface FieldOptions {
  readonly pointer?: boolean;
  readonly omit?: Omit;
  readonly required?: boolean;
  readonly nullable?: boolean;
  readonly default?: JsonValue;
  readonly listType?: ListType;
  readonly mapKeys?: readonly string[];
  readonly mapType?: MapType;
  /** x-kubernetes-patch-strategy, split at the comma: ["merge", "retainKeys"]. */
  readonly patchStrategy?: readonly string[];
  readonly patchMergeKey?: string;
  readonly enum?: readonly string[];
  readonly format?: string;
  /** Protobuf field numbers from the struct down; more than one for a field that Go embeds through a sub-message. */
  readonly protobuf?: readonly number[];
  /** Go names of the embedded structs along the way, for error paths: ["VolumeSource"]. */
  readonly via?: readonly string[];
}

const NONE: readonly never[] = [];

/** One field of a struct, by its JSON name. */
export class FieldSchema {
  readonly name: string;
  /** Position in Go's order. */
  readonly index: number;
  readonly schema: Schema;
  readonly pointer: boolean;
  readonly omit: Omit;
  readonly required: boolean;
  readonly nullable: boolean;
  readonly default: JsonValue | undefined;
  readonly listType: ListType | undefined;
  readonly mapKeys: readonly string[];
  readonly mapType: MapType | undefined;
  readonly patchStrategy: readonly string[];
  readonly patchMergeKey: string | undefined;
  readonly enum: readonly string[] | undefined;
  readonly format: string | undefined;
  readonly protobuf: readonly number[];
  readonly via: readonly string[];
  /** A zero value is left out of the JSON (the Go zero: "", 0, false, nothing in it). */
  readonly dropsZero: boolean;
  /** Written even when the client left it out. */
  readonly always: boolean;

  constructor(name: string, index: number, schema: Schema, options: FieldOptions = {}) {
    this.name = name;
    this.index = index;
    this.schema = schema;
    this.pointer = options.pointer ?? false;
    this.omit = options.omit ?? 'never';
    this.required = options.required ?? false;
    this.nullable = options.nullable ?? false;
    this.default = options.default;
    this.listType = options.listType;
    this.mapKeys = options.mapKeys ?? NONE;
    this.mapType = options.mapType;
    this.patchStrategy = options.patchStrategy ?? NONE;
    this.patchMergeKey = options.patchMergeKey;
    this.enum = options.enum;
    this.format = options.format;
    this.protobuf = options.protobuf ?? NONE;
    this.via = options.via ?? NONE;
    this.dropsZero = !this.pointer && (this.omit === 'zero' || (this.omit === 'empty' && !isGoStruct(schema)));
    this.always = this.pointer ? this.omit === 'never' : !this.dropsZero;
  }
}

/** A Go struct, or an OpenAPI object with properties. */
export class StructSchema {
  readonly kind = Kind.struct;
  /** OpenAPI type name: "io.k8s.api.core.v1.Pod". */
  readonly name: string;
  /** "Pod" */
  readonly goName: string;
  /** "v1.Pod" */
  readonly goType: string;
  readonly mapType: MapType | undefined;
  readonly gvks: readonly GroupVersionKindFacts[];
  /** x-kubernetes-preserve-unknown-fields: only custom resources have it. */
  readonly preserveUnknownFields: boolean;
  /** In Go's order. */
  fields: readonly FieldSchema[] = NONE;
  byName: ReadonlyMap<string, FieldSchema> = new Map();
  /** The fields that are written even when unset, in Go's order. */
  always: readonly FieldSchema[] = NONE;

  constructor(parts: {
    readonly name: string;
    readonly goName: string;
    readonly goType: string;
    readonly mapType?: MapType;
    readonly gvks?: readonly GroupVersionKindFacts[];
    readonly preserveUnknownFields?: boolean;
  }) {
    this.name = parts.name;
    this.goName = parts.goName;
    this.goType = parts.goType;
    this.mapType = parts.mapType;
    this.gvks = parts.gvks ?? NONE;
    this.preserveUnknownFields = parts.preserveUnknownFields ?? false;
  }

  /** Called once, after the struct is registered: a type may contain itself. */
  define(fields: readonly FieldSchema[]): void {
    this.fields = fields;
    this.byName = new Map(fields.map((field) => [field.name, field]));
    this.always = fields.filter((field) => field.always);
  }
}

export class ListSchema {
  readonly kind = Kind.list;
  readonly goType: string;
  readonly element: Schema;
  /** Lists that are a message of their own in protobuf, with the elements as field 1 (metav1.Verbs, ExtraValue). */
  readonly protobufMessage: boolean;
  /** Of lists in custom resources, which may lie in lists and maps, where no field says it. */
  readonly listType: ListType | undefined;
  readonly mapKeys: readonly string[];
  constructor(
    element: Schema,
    goType: string,
    options: {
      readonly protobufMessage?: boolean;
      readonly listType?: ListType;
      readonly mapKeys?: readonly string[];
    } = {},
  ) {
    this.element = element;
    this.goType = goType;
    this.protobufMessage = options.protobufMessage ?? false;
    this.listType = options.listType;
    this.mapKeys = options.mapKeys ?? NONE;
  }
}

/** A map with string keys. */
export class MapSchema {
  readonly kind = Kind.map;
  readonly goType: string;
  readonly value: Schema;
  constructor(value: Schema, goType: string) {
    this.value = value;
    this.goType = goType;
  }
}

export interface StringSchema {
  readonly kind: typeof Kind.string;
  readonly goType: string;
}

export interface BooleanSchema {
  readonly kind: typeof Kind.boolean;
  readonly goType: string;
}

/** 64-bit values beyond 2^53 are RawJson in objects; `min` and `max` are then only approximate: see `range`. */
export interface IntegerSchema {
  readonly kind: typeof Kind.integer;
  readonly goType: string;
  readonly min: number;
  readonly max: number;
  readonly range: readonly [bigint, bigint];
}

export interface FloatSchema {
  readonly kind: typeof Kind.float;
  readonly goType: string;
}

export interface BytesSchema {
  readonly kind: typeof Kind.bytes;
  readonly goType: string;
}

export interface AnySchema {
  readonly kind: typeof Kind.any;
  readonly goType: string;
}

/** Go structs that are a scalar in JSON. */
export interface WellKnownSchema {
  readonly kind:
    | typeof Kind.time
    | typeof Kind.microTime
    | typeof Kind.duration
    | typeof Kind.quantity
    | typeof Kind.intOrString;
  readonly goType: string;
}

export interface RawSchema {
  readonly kind: typeof Kind.raw;
  readonly goType: string;
}

/** The apiextensions either-or types: JSONSchemaProps, or `alternative`. */
export interface VariantSchema {
  readonly kind: typeof Kind.variant;
  readonly goType: string;
  readonly alternative: 'boolean' | 'schemas' | 'strings';
  /** A function, because JSONSchemaProps contains the variant. */
  readonly struct: () => StructSchema;
}

/** True where the Go type is a struct, on which `omitempty` has no effect. */
function isGoStruct(schema: Schema): boolean {
  switch (schema.kind) {
    case Kind.struct:
    case Kind.time:
    case Kind.microTime:
    case Kind.duration:
    case Kind.quantity:
    case Kind.intOrString:
    case Kind.raw:
    case Kind.variant:
      return true;
    default:
      return false;
  }
}
