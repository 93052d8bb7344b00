/**
 * Defaulting as upstream's generated SetObjectDefaults does it: a type's own function first, then its fields in Go's order,
 * down only the paths that lead to a default.
 */
import type { JsonObject, JsonValue } from '../json.ts';
import { type FieldSchema, Kind, type Schema, type StructSchema } from './type-schema.ts';

/** Sets the defaults of one value in place; what lies below it comes later. `root` is the object that holds it. */
export type Defaulter = (value: JsonObject, root: JsonObject) => void;

/** By OpenAPI type name ("io.k8s.api.core.v1.PodSpec"); named map types by their Go name ("v1.ResourceList"). */
export type Defaulters = ReadonlyMap<string, Defaulter>;

/**
 * Sets defaults in place: those of `defaulters`, and those that the schema itself names. The object must be in canonical
 * form; keys that are added come last in their object: decodeObject puts them in Go's order.
 */
export function applyDefaults(schema: StructSchema, object: JsonObject, defaulters: Defaulters): void {
  const plan = planOf(schema, defaulters);
  if (plan !== undefined) runStruct(plan, object, object);
}

/** What to do with a value of a type; undefined plans are never made: every plan has something to do. */
interface Plan {
  readonly defaulter: Defaulter | undefined;
  /** Filled after the plan is registered: types may contain themselves. */
  steps: readonly Step[];
}

type Step =
  | { readonly shape: 'default'; readonly name: string; readonly pointer: boolean; readonly value: JsonValue }
  | { readonly shape: 'struct' | 'list' | 'map'; readonly name: string; readonly plan: Plan };

const plans = new WeakMap<Defaulters, Map<StructSchema, Plan | undefined>>();

function planOf(schema: StructSchema, defaulters: Defaulters): Plan | undefined {
  let known = plans.get(defaulters);
  if (known === undefined) plans.set(defaulters, (known = new Map<StructSchema, Plan | undefined>()));
  if (known.has(schema)) return known.get(schema);
  const plan = new PlanCompiler(defaulters).compile(schema);
  known.set(schema, plan);
  return plan;
}

class PlanCompiler {
  readonly #defaulters: Defaulters;
  readonly #plans = new Map<Schema, Plan>();

  constructor(defaulters: Defaulters) {
    this.#defaulters = defaulters;
  }

  compile(root: StructSchema): Plan | undefined {
    const structs = new Set<StructSchema>();
    collect(root, structs);
    const needed = new Set<Schema>();
    let size = -1;
    // Until nothing is added: a cycle of types leads to a default where one of them does.
    while (size !== needed.size) {
      size = needed.size;
      for (const struct of structs) if (this.#isNeeded(struct, needed)) needed.add(struct);
    }
    return needed.has(root) ? this.#struct(root, needed) : undefined;
  }

  #isNeeded(struct: StructSchema, needed: ReadonlySet<Schema>): boolean {
    if (this.#defaulters.has(struct.name)) return true;
    return struct.fields.some(
      (field) => hasDefault(field) || this.#defaulters.has(field.schema.goType) || needed.has(innermost(field.schema)),
    );
  }

  #struct(struct: StructSchema, needed: ReadonlySet<Schema>): Plan {
    const known = this.#plans.get(struct);
    if (known !== undefined) return known;
    const plan: Plan = { defaulter: this.#defaulters.get(struct.name), steps: [] };
    this.#plans.set(struct, plan);
    plan.steps = struct.fields.flatMap((field) => this.#step(field, needed) ?? []);
    return plan;
  }

  #step(field: FieldSchema, needed: ReadonlySet<Schema>): Step | undefined {
    const { name, pointer, schema } = field;
    if (hasDefault(field)) return { shape: 'default', name, pointer, value: field.default ?? null };
    if (schema.kind === Kind.map) {
      const own = this.#defaulters.get(schema.goType);
      if (own !== undefined) return { shape: 'struct', name, plan: { defaulter: own, steps: [] } };
    }
    const inner = innermost(schema);
    if (inner.kind !== Kind.struct || !needed.has(inner)) return undefined;
    const shape = schema.kind === Kind.list ? 'list' : schema.kind === Kind.map ? 'map' : 'struct';
    return { shape, name, plan: this.#struct(inner, needed) };
  }
}

function collect(schema: Schema, structs: Set<StructSchema>): void {
  const inner = innermost(schema);
  if (inner.kind !== Kind.struct || structs.has(inner)) return;
  structs.add(inner);
  for (const field of inner.fields) collect(field.schema, structs);
}

/** The struct of a field, or of its elements or values. */
function innermost(schema: Schema): Schema {
  if (schema.kind === Kind.list) return schema.element;
  return schema.kind === Kind.map ? schema.value : schema;
}

/** OpenAPI names a default for every non-pointer; those that Go sets are the ones that differ from the zero value. */
function hasDefault(field: FieldSchema): boolean {
  const value = field.default;
  if (value === undefined || value === null || typeof value === 'object') return false;
  return field.pointer || !isZero(value);
}

function isZero(value: JsonValue | undefined): boolean {
  return value === undefined || value === '' || value === 0 || value === false;
}

function runStruct(plan: Plan, object: JsonObject, root: JsonObject): void {
  if (plan.defaulter !== undefined) plan.defaulter(object, root);
  for (const step of plan.steps) {
    const value = object[step.name];
    if (step.shape === 'default') {
      if (value === undefined || value === null || (!step.pointer && isZero(value))) object[step.name] = step.value;
    } else if (value !== undefined && value !== null) {
      runStep(step.shape, step.plan, value, root);
    }
  }
}

function runStep(shape: 'struct' | 'list' | 'map', plan: Plan, value: JsonValue, root: JsonObject): void {
  if (shape === 'struct') runStruct(plan, value as JsonObject, root);
  else if (shape === 'list') for (const item of value as JsonObject[]) runStruct(plan, item, root);
  else for (const key in value as JsonObject) runStruct(plan, (value as JsonObject)[key] as JsonObject, root);
}
