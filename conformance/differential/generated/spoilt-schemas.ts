/** Schemas with something in them that a structural schema may not have, or may have only elsewhere. */
import type { Json, JsonObject } from '../case.ts';
import type { Chance } from './chance.ts';
import type { Edit } from './edits.ts';
import { makeRule } from './schema-rules.ts';
import { type Path, valueAt } from './places.ts';

/** Undefined values are taken out. */
const additions: readonly JsonObject[] = [
  { type: undefined },
  { type: '' },
  { type: 'null' },
  { type: 'object' },
  { type: 'string' },
  { type: 'integer' },
  { type: 'array' },
  { type: 'text' },
  { 'x-kubernetes-preserve-unknown-fields': true },
  { 'x-kubernetes-preserve-unknown-fields': false },
  { 'x-kubernetes-embedded-resource': true },
  { 'x-kubernetes-int-or-string': true },
  { 'x-kubernetes-int-or-string': true, type: undefined },
  { nullable: true },
  { default: 'text' },
  { default: 1 },
  { default: null },
  { default: {} },
  { default: [] },
  { default: { bogus: 1 } },
  { uniqueItems: true },
  { uniqueItems: false },
  { additionalProperties: false },
  { additionalProperties: true },
  { additionalProperties: { type: 'string' } },
  { additionalProperties: {} },
  { properties: {} },
  { properties: { a: {} } },
  { properties: { metadata: { type: 'object', properties: { name: { type: 'string', pattern: '^a' } } } } },
  { properties: { apiVersion: { type: 'integer' }, kind: { type: 'string', enum: ['A'] } } },
  { items: { type: 'string' } },
  { items: [{ type: 'string' }] },
  { items: {} },
  { items: undefined },
  { $ref: '#/definitions/x' },
  { 'x-kubernetes-list-type': 'map' },
  { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['nope'] },
  { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['id', 'id'] },
  { 'x-kubernetes-list-type': 'set' },
  { 'x-kubernetes-list-type': 'atomic' },
  { 'x-kubernetes-list-type': 'bogus' },
  { 'x-kubernetes-list-type': undefined },
  { 'x-kubernetes-list-map-keys': ['id'] },
  { 'x-kubernetes-list-map-keys': [] },
  { 'x-kubernetes-map-type': 'atomic' },
  { 'x-kubernetes-map-type': 'granular' },
  { 'x-kubernetes-map-type': 'bogus' },
  { format: 'int32' },
  { format: 'ipv4' },
  { format: 'bogus' },
  { pattern: '[' },
  { pattern: '(?=a)' },
  { pattern: '^\\d+$' },
  { enum: [] },
  { enum: [1, 'a', null, { a: 1 }] },
  { enum: ['a', 'a'] },
  { required: ['nope', 'nope'] },
  { required: [] },
  { allOf: [{ type: 'string' }] },
  { allOf: [{ minimum: 1, maxLength: 2 }] },
  { anyOf: [{ properties: { nope: { minimum: 1 } } }] },
  { anyOf: [{ type: 'integer' }, { type: 'string' }] },
  { anyOf: [{ required: ['a'] }, { required: ['b'] }] },
  { oneOf: [{ default: 1 }] },
  { oneOf: [{ nullable: true }, { description: 'x' }] },
  { not: { additionalProperties: { minimum: 1 } } },
  { not: { title: 'x', 'x-kubernetes-preserve-unknown-fields': true } },
  { not: { items: { minimum: 1 } } },
  { not: {} },
  { anyOf: [{ 'x-kubernetes-validations': [{ rule: 'true' }] }] },
  { 'x-kubernetes-validations': [] },
  { 'x-kubernetes-validations': [{ rule: '' }] },
  { 'x-kubernetes-validations': [{ rule: ' \n' }] },
  { 'x-kubernetes-validations': [{ rule: 'self.all(x, self.all(y, self.all(z, x == y)))' }] },
  { 'x-kubernetes-validations': [{ rule: 'oldSelf == self' }] },
  { 'x-kubernetes-validations': [{ rule: 'self.matches("[")' }] },
  { minimum: 5, maximum: 1 },
  { minimum: 1.5 },
  { exclusiveMinimum: true },
  { minLength: -1 },
  { maxLength: 0 },
  { maxItems: -1 },
  { maxItems: 0 },
  { minProperties: 3 },
  { multipleOf: 0 },
  { multipleOf: -1 },
  { id: 'x' },
  { $schema: 'http://json-schema.org/draft-04/schema#' },
  { definitions: { a: { type: 'string' } } },
  { dependencies: { a: ['b'] } },
  { dependencies: {} },
  { patternProperties: { '^a': { type: 'string' } } },
  { additionalItems: false },
  { additionalItems: { type: 'string' } },
  { externalDocs: { url: 'https://example.com' } },
  { example: { a: 1 } },
  { title: 'A title.' },
];

/** Edits of one of the schemas in a definition. */
export function spoil(chance: Chance, definition: JsonObject): Edit[] {
  const paths = [...schemaPaths(definition)];
  const path = chance.pick(paths) ?? [];
  const schema = (valueAt(definition, path) ?? {}) as JsonObject;
  const addition: JsonObject = chance.is(0.15)
    ? { 'x-kubernetes-validations': [makeRule(chance, schema, { faulty: true })] }
    : (chance.pick(additions) ?? {});
  return Object.entries(addition).map(([field, value]): Edit => {
    const at = [...path, field];
    if (value === undefined) return { path: at };
    const there = schema[field];
    return { path: at, value: isObject(value) && isObject(there) && chance.is(0.5) ? { ...there, ...value } : value };
  });
}

/** Where schemas stand in a definition. */
export function* schemaPaths({ spec }: JsonObject): Generator<Path> {
  const { versions } = (spec ?? {}) as JsonObject;
  for (const [index, version] of (Array.isArray(versions) ? versions : []).entries()) {
    const { openAPIV3Schema } = ((version as JsonObject | null)?.schema ?? {}) as JsonObject;
    yield* within(openAPIV3Schema, ['spec', 'versions', index, 'schema', 'openAPIV3Schema']);
  }
}

function* within(schema: Json | undefined, path: Path): Generator<Path> {
  if (!isObject(schema)) return;
  yield path;
  for (const field of ['items', 'additionalProperties', 'not']) yield* within(schema[field], [...path, field]);
  for (const [name, inner] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    yield* within(inner, [...path, 'properties', name]);
  }
  for (const field of ['allOf', 'anyOf', 'oneOf']) {
    const list = schema[field];
    for (const [index, inner] of (Array.isArray(list) ? list : []).entries()) {
      yield* within(inner, [...path, field, index]);
    }
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
