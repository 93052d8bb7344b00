/** What is left of an object after upstream has stored it: protobuf does not tell empty lists and maps from unset ones. */
import type { JsonObject, JsonValue } from '../json.ts';
import { setKey } from './canonical.ts';
import { type FieldSchema, Kind, type Schema, type StructSchema } from './type-schema.ts';

/**
 * Replaces empty lists, maps and byte strings of fields that are always written by null, in place (`rules: []` reads back as
 * `rules: null`), and null by an empty string in maps of bytes. Upstream keeps CustomResourceDefinitions and APIServices as JSON: they are stored as they are.
 */
export function toStoredForm(schema: StructSchema, object: JsonObject): void {
  const steps = plans.get(schema) ?? planOf(schema);
  for (const { name, empties, nulls, inner } of steps) {
    const value = object[name];
    if (value === undefined || value === null) continue;
    if (empties && isEmpty(value)) object[name] = null;
    else if (nulls) fillNulls(value as JsonObject);
    else if (inner !== undefined) descend(inner, value);
  }
}

/** A field to look at: one that may hold an empty value itself, or a struct below it that may. */
interface Step {
  readonly name: string;
  readonly empties: boolean;
  /** A map of byte strings: null values read back as empty ones. */
  readonly nulls: boolean;
  readonly inner: StructSchema | undefined;
}

const plans = new WeakMap<StructSchema, readonly Step[]>();

function planOf(schema: StructSchema): readonly Step[] {
  const steps: Step[] = [];
  for (const field of schema.fields) {
    const inner = structOf(field.schema);
    const reaches = inner !== undefined && reachesEmpty(inner, new Set());
    const empties = mayBeEmpty(field);
    const nulls = hasByteValues(field.schema);
    if (empties || nulls || reaches)
      steps.push({ name: field.name, empties, nulls, inner: reaches ? inner : undefined });
  }
  plans.set(schema, steps);
  return steps;
}

function reachesEmpty(schema: StructSchema, visited: Set<StructSchema>): boolean {
  if (visited.has(schema)) return false;
  visited.add(schema);
  return schema.fields.some((field) => {
    const inner = structOf(field.schema);
    return mayBeEmpty(field) || hasByteValues(field.schema) || (inner !== undefined && reachesEmpty(inner, visited));
  });
}

function mayBeEmpty(field: FieldSchema): boolean {
  const { kind } = field.schema;
  return field.always && (kind === Kind.list || kind === Kind.map || kind === Kind.bytes);
}

function hasByteValues(schema: Schema): boolean {
  return schema.kind === Kind.map && schema.value.kind === Kind.bytes;
}

function fillNulls(map: JsonObject): void {
  for (const key in map) if (map[key] === null) setKey(map, key, '');
}

function descend(inner: StructSchema, value: JsonValue): void {
  if (Array.isArray(value)) {
    for (const item of value) toStoredForm(inner, item as JsonObject);
  } else {
    toStoredForm(inner, value as JsonObject);
  }
}

function isEmpty(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== 'object') return value === '';
  for (const _ in value) return false;
  return true;
}

/** The struct of a field or of the elements of its list; maps of structs are rare, and their values hold no such field. */
function structOf(schema: Schema): StructSchema | undefined {
  const inner = schema.kind === Kind.list ? schema.element : schema;
  return inner.kind === Kind.struct ? inner : undefined;
}
