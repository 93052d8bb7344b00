/** Structural schemas made up at random, and values of them. */
import type { Json, JsonObject } from '../case.ts';
import type { Chance } from './chance.ts';
import { leaves } from './schema-leaves.ts';
import { makeRule } from './schema-rules.ts';

/** A schema, and how values are made that it takes (rules aside). */
export interface Form {
  readonly schema: JsonObject;
  readonly sample: (chance: Chance) => Json;
}

type Maker = (chance: Chance, options: FormOptions) => Form;

const DEPTH = 4;
const NAMES = [
  'name',
  'kind',
  'size',
  'mode',
  'replicas',
  'key',
  'value',
  'items',
  'spec',
  'metadata',
  'x-y',
  'namespace',
  'in',
  'b_2',
  'a.b',
  'ü',
] as const;
const KEYS = ['a', 'app', 'example.com/x', ''] as const;

export interface FormOptions {
  readonly depth: number;
  /** Rules may be wrong: what has them is mostly refused. */
  readonly faulty: boolean;
}

export function makeForm(chance: Chance, options: FormOptions): Form {
  const { depth } = options;
  const make = chance.weighted<Maker>([
    [depth === 0 ? 0 : 12, makeLeaf],
    [depth < DEPTH ? (depth === 0 ? 20 : 6) : 0, makeObject],
    [depth > 0 && depth < DEPTH ? 5 : 0, makeList],
    [depth > 0 && depth < DEPTH ? 2 : 0, makeMap],
  ]);
  return decorate(chance, make(chance, { ...options, depth: depth + 1 }), options);
}

function makeLeaf(chance: Chance): Form {
  const { schema, values } = chance.pick(leaves as [(typeof leaves)[0], ...typeof leaves]);
  return { schema: { ...schema }, sample: (by) => by.pick([...values] as [Json, ...Json[]]) };
}

/** Of sets, which hold nothing that is untyped or an object. */
function makeScalar(chance: Chance): Form {
  for (;;) {
    const form = makeLeaf(chance);
    if (typeof form.schema.type === 'string' && form.schema.type !== 'object') return form;
  }
}

function makeObject(chance: Chance, options: FormOptions): Form {
  const fields = new Map<string, Form>();
  for (let more = 1 + chance.below(5); more > 0; more--) {
    fields.set(chance.pick(NAMES), makeForm(chance, options));
  }
  const required = [...fields.keys()].filter(() => chance.is(0.25));
  const schema: JsonObject = { type: 'object', properties: schemasOf(fields) };
  if (required.length > 0) schema.required = required;
  if (chance.is(0.08)) schema['x-kubernetes-preserve-unknown-fields'] = true;
  if (chance.is(0.1)) schema['x-kubernetes-map-type'] = chance.pick(['atomic', 'granular']);
  if (chance.is(0.08)) schema.maxProperties = 1 + chance.below(4);
  if (chance.is(0.12)) Object.assign(schema, combination(chance, [...fields]));
  const sample = (by: Chance): JsonObject => {
    const wanted = [...fields].filter(([name]) => required.includes(name) || by.is(0.6));
    return Object.fromEntries(wanted.map(([name, form]) => [name, form.sample(by)]));
  };
  return { schema, sample };
}

function schemasOf(fields: ReadonlyMap<string, Form>): JsonObject {
  return Object.fromEntries([...fields].map(([name, { schema }]) => [name, schema]));
}

/** What a value must also be, in words that a structural schema allows. */
function combination(chance: Chance, fields: readonly (readonly [string, Form])[]): JsonObject {
  const [name, form] = chance.pick(fields) ?? ['a', undefined];
  const limit: JsonObject = form?.schema.type === 'string' ? { maxLength: 3 } : { enum: [form?.sample(chance) ?? 1] };
  return chance.pick<JsonObject>([
    { oneOf: fields.slice(0, 3).map(([one]) => ({ required: [one] })) },
    { anyOf: [{ required: [name] }, { properties: { [name]: limit } }] },
    { allOf: [{ properties: { [name]: limit } }] },
    { not: { required: [name] } },
    { not: { properties: { [name]: limit }, required: [name] } },
  ]);
}

function makeList(chance: Chance, options: FormOptions): Form {
  const kind = chance.pick(['', '', 'atomic', 'set', 'map', 'map'] as const);
  const item =
    kind === 'map' ? makeKeyed(chance, options) : kind === 'set' ? makeScalar(chance) : makeForm(chance, options);
  const schema: JsonObject = { type: 'array', items: item.schema };
  if (kind !== '') schema['x-kubernetes-list-type'] = kind;
  if (kind === 'map') schema['x-kubernetes-list-map-keys'] = ['id'];
  if (chance.is(0.3)) schema.maxItems = 1 + chance.below(6);
  if (chance.is(0.08)) schema.minItems = 1;
  const sample = (by: Chance): Json => {
    const made = Array.from({ length: by.pick([0, 1, 1, 2, 3] as const) }, () => item.sample(by));
    if (kind !== 'set' && kind !== 'map') return made;
    const keyOf = (value: Json): string => JSON.stringify(kind === 'map' ? (value as JsonObject).id : value);
    return made.filter((value, index) => made.findIndex((other) => keyOf(other) === keyOf(value)) === index);
  };
  return { schema, sample };
}

function makeKeyed(chance: Chance, options: FormOptions): Form {
  const { schema, sample } = makeObject(chance, options);
  const key: JsonObject = { type: 'string' };
  if (chance.is(0.3)) key.default = 'first';
  const required = Array.isArray(schema.required) ? schema.required : [];
  const whole: JsonObject = { ...schema, properties: { ...(schema.properties as JsonObject), id: key } };
  if (key.default === undefined) whole.required = [...required, 'id'];
  return {
    schema: whole,
    sample: (by) => ({ ...(sample(by) as JsonObject), id: by.pick(['a', 'b', 'first'] as const) }),
  };
}

function makeMap(chance: Chance, options: FormOptions): Form {
  const item = makeForm(chance, options);
  const schema: JsonObject = { type: 'object', additionalProperties: item.schema };
  if (chance.is(0.2)) schema['x-kubernetes-map-type'] = chance.pick(['atomic', 'granular']);
  if (chance.is(0.3)) schema.maxProperties = 1 + chance.below(4);
  const sample = (by: Chance): Json =>
    Object.fromEntries(Array.from({ length: by.below(3) }, () => [by.pick(KEYS), item.sample(by)]));
  return { schema, sample };
}

function decorate(chance: Chance, { schema, sample }: Form, { faulty }: FormOptions): Form {
  const more: JsonObject = {};
  const isTyped = typeof schema.type === 'string';
  if (isTyped && schema.default === undefined && chance.is(0.12)) more.default = sample(chance);
  const nullable = isTyped && chance.is(0.1);
  if (nullable) more.nullable = true;
  if (chance.is(0.05)) more.description = 'What it is for.';
  if (isTyped && chance.is(0.12)) {
    more['x-kubernetes-validations'] = Array.from({ length: chance.pick([1, 1, 2] as const) }, () =>
      makeRule(chance, schema, { faulty }),
    );
  }
  return {
    schema: { ...schema, ...more },
    sample: nullable ? (by) => (by.is(0.2) ? null : sample(by)) : sample,
  };
}
