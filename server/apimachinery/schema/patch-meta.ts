/** How a field is merged: the strategic merge patch and list metadata of one step into a schema. */
import { type FieldSchema, Kind, type ListSchema, type Schema } from './type-schema.ts';

export interface PatchMeta {
  readonly schema: Schema;
  /** Of the struct field that led here; undefined inside maps and lists. */
  readonly field: FieldSchema | undefined;
  /** "merge", "replace", "retainKeys": x-kubernetes-patch-strategy. */
  readonly strategies: readonly string[];
  readonly mergeKey: string | undefined;
}

/**
 * Follows a path of JSON names: struct fields by name, map keys by any name; lists are stepped into without a step of their
 * own, as in Go's patch lookup. Undefined where the schema knows nothing (an unknown field, raw JSON).
 */
export function patchMeta(schema: Schema, ...path: readonly string[]): PatchMeta | undefined {
  let meta: PatchMeta = { schema, field: undefined, strategies: [], mergeKey: undefined };
  for (const name of path) {
    const next = step(elementOf(meta.schema), name);
    if (next === undefined) return undefined;
    meta = next;
  }
  return meta;
}

function step(schema: Schema, name: string): PatchMeta | undefined {
  if (schema.kind === Kind.struct) {
    const field = schema.byName.get(name);
    if (field === undefined) return undefined;
    return { schema: field.schema, field, strategies: field.patchStrategy, mergeKey: field.patchMergeKey };
  }
  if (schema.kind === Kind.map) return { schema: schema.value, field: undefined, strategies: [], mergeKey: undefined };
  return undefined;
}

/** The innermost element of a list of lists; anything else as it is. */
function elementOf(schema: Schema): Exclude<Schema, ListSchema> {
  let inner = schema;
  while (inner.kind === Kind.list) inner = inner.element;
  return inner;
}
