import test from 'ava';
import { type JsonObject, type JsonValue, rawJson } from '../json.ts';
import { applyStructuralDefaults } from './apply-defaults.ts';
import { compileStructural } from './compile-structural.ts';
import { listTypeErrors } from './list-types.ts';
import type { OldValue } from './old-items.ts';
import { pruneNulls, pruneUnknown } from './prune.ts';
import { checkRules } from './validate-rules.ts';
import { validateDefault, validateValue } from './validate-value.ts';

const text: JsonObject = { type: 'string' };
const objectOf = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...more,
});

function pruned(schema: JsonObject, value: JsonObject): { value: JsonObject; unknown: string[] } {
  const unknown: string[] = [];
  pruneUnknown(value, compileStructural(schema), unknown);
  return { value, unknown: unknown.sort() };
}

function problems(schema: JsonObject, value: JsonValue, old?: OldValue): string[] {
  const errors = validateValue(value, compileStructural(schema), old).fieldErrors('');
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

test('unknown fields go at every depth, and the root keeps what every object has', (t) => {
  const schema = objectOf({ spec: objectOf({ a: text, list: { type: 'array', items: objectOf({ a: text }) } }) });
  const object = { kind: 'K', metadata: { x: 1 }, other: 1, spec: { a: 'x', b: 1, list: [{ a: 'x', c: 1 }] } };
  t.deepEqual(pruned(schema, object), {
    value: { kind: 'K', metadata: { x: 1 }, spec: { a: 'x', list: [{ a: 'x' }] } },
    unknown: ['other', 'spec.b', 'spec.list[0].c'],
  });
});

test('what is to be preserved stays, but for what lies in a field with a schema of its own', (t) => {
  const free = { 'x-kubernetes-preserve-unknown-fields': true };
  const schema = objectOf({ spec: objectOf({ inner: objectOf({ a: text }) }, free) });
  const { value, unknown } = pruned(schema, { spec: { any: { deep: 1 }, inner: { a: 'x', b: 1 } } });
  t.deepEqual(value, { spec: { any: { deep: 1 }, inner: { a: 'x' } } });
  t.deepEqual(unknown, ['spec.inner.b']);
});

test('keys that an object has from its prototype are fields like any other', (t) => {
  const schema = objectOf({ spec: objectOf({ constructor: text }) });
  const object = JSON.parse('{"spec":{"__proto__":{"a":1},"constructor":"x","toString":1}}') as JsonObject;
  const { value, unknown } = pruned(schema, object);
  t.is(JSON.stringify(value), '{"spec":{"constructor":"x"}}');
  t.deepEqual(unknown, ['spec.__proto__', 'spec.toString']);
});

test('defaults are set from the outside in, and take the place of nulls that may not be', (t) => {
  const schema = compileStructural(
    objectOf({
      inner: objectOf({ a: { type: 'string', default: 'x' } }, { default: {} }),
      nullable: { type: 'string', nullable: true, default: 'x' },
      plain: text,
      map: { type: 'object', additionalProperties: objectOf({ a: { type: 'string', default: 'y' } }) },
    }),
  );
  const object: JsonObject = { nullable: null, plain: null, map: { one: {} } };
  t.true(pruneNulls(object, schema));
  t.true(applyStructuralDefaults(object, schema));
  t.deepEqual(object, { inner: { a: 'x' }, nullable: null, map: { one: { a: 'y' } } });
  t.false(pruneNulls(object, schema));
  t.false(applyStructuralDefaults(object, schema));
});

test('alternatives are reported as a whole, with the problems of the one that fits best', (t) => {
  const alternatives = { type: 'integer', anyOf: [{ minimum: 5 }, { maximum: 1 }] };
  t.deepEqual(problems(alternatives, 6), []);
  t.deepEqual(problems(objectOf({ n: alternatives }), { n: 3 }), [
    '<nil>: Invalid value: "": "n" must validate at least one schema (anyOf)',
    'n: Invalid value: 3: n in body should be greater than or equal to 5',
  ]);
});

test('bounds are quoted as Go prints them: of integers as integers, of others and where no int64 holds them as floats', (t) => {
  const quoted = (schema: JsonObject, value: number) => problems(objectOf({ n: schema }), { n: value }).join('; ');
  t.is(
    quoted({ type: 'number', minimum: 1e7 }, 2.5),
    'n: Invalid value: 2.5: n in body should be greater than or equal to 1e+07',
  );
  t.is(
    quoted({ type: 'number', minimum: 1e7 }, 5),
    'n: Invalid value: 5: n in body should be greater than or equal to 10000000',
  );
  t.regex(quoted({ type: 'integer', minimum: 2 ** 63 }, 5), /greater than or equal to 9\.223372036854776e\+18$/);
  t.is(quoted({ type: 'number', minimum: 1e21 }, 5), '');
  t.regex(quoted({ type: 'number', maximum: -1e30 }, 5), /less than or equal to -9223372036854775808$/);
  t.is(
    quoted({ type: 'number', multipleOf: -5e-7 }, 1.5),
    'n: Invalid value: -5e-07: factor MultipleOf declared for n must be positive: -5e-07',
  );
});

test('an update lets pass what was wrong and is as it was, in lists by their keys', (t) => {
  const item = objectOf({ k: text, v: { type: 'string', maxLength: 1 } }, { required: ['k'] });
  const list = { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'], items: item };
  const schema = objectOf({ list });
  const old = { value: { list: [{ k: 'a', v: 'long' }] } };
  t.deepEqual(
    problems(
      schema,
      {
        list: [
          { k: 'b', v: 'x' },
          { k: 'a', v: 'long' },
        ],
      },
      old,
    ),
    [],
  );
  t.deepEqual(problems(schema, { list: [{ k: 'a', v: 'other' }] }, old), [
    'list[0].v: Too long: may not be more than 1 byte',
  ]);
  t.is(problems(schema, { list: [{ k: 'b', v: 'long' }] }, old).length, 1);
});

test('integers beyond what a JavaScript number holds keep their digits and their bounds', (t) => {
  const schema = { type: 'integer', maximum: 9 };
  const raw = (JSON as unknown as { rawJSON(text: string): JsonValue }).rawJSON('9007199254740993');
  t.deepEqual(problems(objectOf({ n: schema }), { n: raw }), [
    'n: Invalid value: 9007199254740993: n in body should be less than or equal to 9',
  ]);
});

test('the largest and the least int64 are integers', (t) => {
  for (const digits of ['9223372036854775807', '-9223372036854775808']) {
    t.deepEqual(problems({ type: 'integer' }, rawJson(digits)), []);
    t.is(problems({ type: 'integer', format: 'int32' }, rawJson(digits)).length, 1);
  }
});

test('a number that no int64 holds is no integer', (t) => {
  const schema = objectOf({ n: { type: 'integer', format: 'int64' } });
  t.regex(problems(schema, { n: 2 ** 63 })[0] ?? '', /n in body must be of type int64: "float64"$/);
  t.deepEqual(problems(schema, { n: 2 ** 62 }), []);
});

test('sets and maps have no element twice', (t) => {
  const set = { type: 'array', 'x-kubernetes-list-type': 'set', items: text };
  const errors = listTypeErrors({ set: ['a', 'b', 'a', 'a'] }, compileStructural(objectOf({ set })));
  t.deepEqual(errors, [{ type: 'FieldValueDuplicate', field: 'set[2]', message: 'Duplicate value: "a"' }]);
});

test('a pattern that backtracks elsewhere takes linear time', (t) => {
  const schema = objectOf({ a: { type: 'string', pattern: '^(a+)+$' } });
  t.is(problems(schema, { a: `${'a'.repeat(5000)}!` }).length, 1);
});

test('an alternative is looked at without what was there before', (t) => {
  const schema = objectOf({ a: objectOf({ b: text, c: text }, { not: { properties: { b: { maxLength: 1 } } } }) });
  t.deepEqual(problems(schema, { a: { b: 'xx', c: 'new' } }, { value: { a: { b: 'xx' } } }), []);
});

test('one is singular where something is too long or too many', (t) => {
  const schema = objectOf({ a: { type: 'string', maxLength: 1 }, b: { type: 'array', items: text, maxItems: 1 } });
  t.deepEqual(problems(schema, { a: 'xx', b: ['x', 'y'] }), [
    'a: Too long: may not be more than 1 byte',
    'b: Too many: 2: must have at most 1 item',
  ]);
});

test('the default of an int-or-string may be of any type', (t) => {
  const schema = compileStructural({ 'x-kubernetes-int-or-string': true });
  t.true(validateDefault(true, schema).isValid);
  t.false(validateValue(true, schema, undefined).isValid);
});

/** What the rules say of an update: errors, and in brackets what is let pass. */
function ruleProblems(schema: JsonObject, value: JsonValue, old?: JsonValue): string[] {
  const { errors, ratcheted } = checkRules(value, old, compileStructural(schema), []);
  const show = ({ field, message }: (typeof errors)[number]): string => `${field}: ${message}`;
  return [...errors.map(show), ...ratcheted.map((error) => `(${show(error)})`)];
}

const withRule = (schema: JsonObject, ...rules: JsonObject[]): JsonObject => ({
  ...schema,
  'x-kubernetes-validations': rules,
});

test('a broken rule on items that correspond to none before is let pass where their list is as it was', (t) => {
  const items = withRule(text, { rule: 'self != "a"', message: 'not a' });
  const schema = objectOf({ list: { type: 'array', items }, other: text });
  const list = ['a'];
  t.deepEqual(ruleProblems(schema, { list, other: 'new' }, { list }), ['(list[0]: Invalid value: "a": not a)']);
  t.deepEqual(ruleProblems(schema, { list: ['a', 'b'] }, { list }), ['list[0]: Invalid value: "a": not a']);
});

test('rules compare sets and maps without regard to order, and add to them by key', (t) => {
  const unchanged = { rule: 'self == oldSelf', message: 'is immutable' };
  const set = { type: 'array', items: text, 'x-kubernetes-list-type': 'set' };
  const item = objectOf({ k: text, v: { type: 'integer' } });
  const map = { type: 'array', items: item, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] };
  const schema = objectOf({
    set: withRule(set, unchanged),
    map: withRule(map, unchanged),
    list: withRule({ type: 'array', items: text }, unchanged),
  });
  const before = { set: ['a', 'b'], map: [{ k: 'a', v: 1 }, { k: 'b' }], list: ['a', 'b'] };
  const after = { set: ['b', 'a'], map: [{ k: 'b' }, { k: 'a', v: 1 }], list: ['b', 'a'] };
  t.deepEqual(ruleProblems(schema, after, before), ['list: Invalid value: is immutable']);
  t.deepEqual(ruleProblems(schema, { map: [{ k: 'b' }, { k: 'a', v: 2 }] }, before), [
    'map: Invalid value: is immutable',
  ]);
  const sum = objectOf({ set: withRule(set, { rule: 'size(self + ["a", "c"]) == 3' }) });
  t.deepEqual(ruleProblems(sum, { set: ['a', 'b'] }), []);
});

test('fields whose names no rule can write count where objects are compared', (t) => {
  const inner = objectOf({ 名: text, b: text });
  const schema = objectOf({ inner: withRule(inner, { rule: 'self == oldSelf', message: 'is immutable' }) });
  t.deepEqual(ruleProblems(schema, { inner: { 名: 'a' } }, { inner: { 名: 'a' } }), []);
  t.deepEqual(ruleProblems(schema, { inner: { 名: 'b' } }, { inner: { 名: 'a' } }), [
    'inner: Invalid value: is immutable',
  ]);
});

test('a rule counts without its messageExpression where that is none', (t) => {
  const schema = objectOf({ a: withRule(text, { rule: 'self != "a"', messageExpression: '"a" + ' }) });
  t.deepEqual(ruleProblems(schema, { a: 'a' }), ['a: Invalid value: "a": failed rule: self != "a"']);
  t.deepEqual(ruleProblems(schema, { a: 'b' }), []);
});

test('rules below a field without a type are not looked at', (t) => {
  const open: JsonObject = { 'x-kubernetes-preserve-unknown-fields': true };
  const schema = objectOf({ a: withRule({ type: 'object', additionalProperties: open }, { rule: 'false' }) });
  t.deepEqual(ruleProblems(schema, { a: { b: 1 } }), []);
});
