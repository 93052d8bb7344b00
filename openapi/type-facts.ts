/**
 * The shape of the committed facts table (facts/*.json), written by the Go extractor from the upstream Go types: struct
 * tags, generated OpenAPI definitions and protobuf tags. No prose: descriptions are joined at run time.
 */
export interface FactsTable {
  /** For example "1.36.3". */
  readonly kubernetes: string;
  /** By OpenAPI name, for example "io.k8s.api.core.v1.Pod". */
  readonly types: Readonly<Record<string, TypeFacts>>;
}

export interface TypeFacts {
  /** Go type name as encoding/json prints it in errors: "Pod" in "Go struct field Pod.spec", with its package in "v1.Pod". */
  readonly go: string;
  /**
   * Set for types that are not plain structs; the engine treats each by name:
   * Time, MicroTime, Duration, Quantity, IntOrString, FieldsV1 (any JSON object), RawExtension (any JSON), JSON (any JSON),
   * JSONSchemaPropsOrBool / OrArray / OrStringArray, Timestamp, Verbs (meta/v1 Verbs and the ExtraValue types: a list of
   * strings in JSON, a message with `repeated string items = 1` in protobuf); everything else is a struct.
   */
  readonly special?: string;
  /** Group, version and kind of the API kinds that have this type. */
  readonly gvk?: ReadonlyArray<{ readonly group: string; readonly version: string; readonly kind: string }>;
  /** By JSON name, in Go's order; embedded (inline) structs are flattened. */
  readonly fields?: Readonly<Record<string, FieldFacts>>;
  /** x-kubernetes-map-type of the whole struct. */
  readonly mapType?: 'atomic' | 'granular';
  /** x-kubernetes-unions: only shown in OpenAPI documents. */
  readonly unions?: readonly unknown[];
}

export interface FieldFacts {
  /**
   * Type expression: string | bool | int32 | int64 | uint8 … | float64 | bytes | any | #<OpenAPI type name>,
   * "[]T" a list, "{}T" a map from string. Named Go scalars are written as their base (see `go`).
   */
  readonly t: string;
  /**
   * Go type as encoding/json prints it, where `t` does not imply it: "v1.RestartPolicy", "v1.ResourceList",
   * "[]types.UID". Implied: the base scalar, "[]uint8" for bytes, "interface {}" for any, the last two segments of a type
   * name, and "[]" or "map[string]" before an element's.
   */
  readonly go?: string;
  /**
   * Protobuf field number; a path when the Go struct is inline in JSON but a sub-message in protobuf
   * (Volume.emptyDir: [2, 2]). Unset: not in protobuf (kind, apiVersion).
   */
  readonly pb?: number | readonly number[];
  /** Go struct names of the sub-messages along a `pb` path, for Go's error paths. */
  readonly via?: readonly string[];
  /** The Go field is a pointer: unset and zero differ. Lists and maps are never marked. */
  readonly ptr?: true;
  /** JSON tag: "empty" = omitempty, "zero" = omitzero (with or without omitempty); unset: always written. */
  readonly omit?: 'empty' | 'zero';
  /** Listed in OpenAPI's `required`. */
  readonly req?: true;
  /** OpenAPI default. */
  readonly def?: unknown;
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly mapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  /** Struct field x-kubernetes-patch-strategy, for example "merge", "merge,retainKeys". */
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  /** Allowed values of the field, or of the innermost element of a list or map. */
  readonly enum?: readonly string[];
  /** OpenAPI format where `t` does not imply it ("date-time", "byte" …). */
  readonly format?: string;
}
