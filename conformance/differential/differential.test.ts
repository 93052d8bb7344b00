import test from 'ava';
import type { Json, JsonObject } from './case.ts';
import { cases } from './cases/index.ts';
import { compareTranscripts, type Difference } from './compare.ts';
import { explain } from './explained.ts';
import { Chance } from './generated/chance.ts';
import { applyEdits, chooseEdit, printEdit, writeBody } from './generated/edits.ts';
import { generatedCases } from './generated/generated-cases.ts';
import { inAnyOrder } from './generated/in-any-order.ts';
import { oddNumbers } from './generated/odd-values.ts';
import { Normaliser } from './normaliser.ts';
import type { Transcript } from './transcript.ts';

const normaliser = () => new Normaliser({ namespace: 'run-1', url: 'https://127.0.0.1:6443' });
const UUID_A = '0a0a0a0a-1111-4222-8333-444444444444';
const UUID_B = '0b0b0b0b-1111-4222-8333-444444444444';

test('cases have different names, and so have the steps of each', (t) => {
  const names = cases.map(({ name }) => name);
  t.deepEqual(names, [...new Set(names)]);
  for (const { name, steps } of cases) {
    const own = steps.map((step) => step.name);
    t.deepEqual(own, [...new Set(own)], name);
  }
});

test('the cases make more than 600 requests', (t) => {
  t.true(cases.reduce((sum, { steps }) => sum + steps.length, 0) > 600);
});

test('a seed makes the same requests again, another seed other ones', (t) => {
  const made = (seed: number) =>
    generatedCases({ seed, count: 300, wanted: /core\/(pod|service)/ }).map(({ independent = [] }) =>
      independent.map(({ name, path, body }) => [name, path, typeof body === 'function' ? 'made later' : body]),
    );
  t.true(made(1).flat().length >= 300);
  t.deepEqual(made(1), made(1));
  t.notDeepEqual(made(1), made(2));
});

test('errors that come in any order are the same, and their message is made of them', (t) => {
  const causes = [
    { field: 'a', message: 'Required value' },
    { field: 'b', message: 'Invalid value: 1' },
  ];
  const status = (order: readonly (typeof causes)[number][]): Json => ({
    kind: 'Status',
    message: `it is invalid: [${order.map(({ field, message }) => `${field}: ${message}`).join(', ')}]`,
    details: { causes: [...order] },
  });
  t.deepEqual(inAnyOrder(status(causes)), inAnyOrder(status(causes.toReversed())));
  t.notDeepEqual(inAnyOrder(status(causes)), inAnyOrder(status(causes.slice(1))));
});

test('definitions are made up again by the same seed, and spoilt ones differ', (t) => {
  const made = (seed: number) =>
    generatedCases({ seed, count: 100, wanted: /^generated kind/ }).map(({ steps, independent = [] }) =>
      [...steps, ...independent].map(({ name, body }) => [name, typeof body === 'function' ? 'made later' : body]),
    );
  t.true(made(1).flat().length >= 100);
  t.deepEqual(made(1), made(1));
  t.notDeepEqual(made(1), made(2));
});

test('edits change a copy, whatever they are', (t) => {
  const object: JsonObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: 'b' } };
  const before = JSON.stringify(object);
  for (let number = 0; number < 500; number++) {
    const edit = chooseEdit(new Chance(number), object);
    const written = writeBody(applyEdits(object, [edit]));
    t.notThrows(() => JSON.parse(written) as Json, printEdit(edit));
  }
  t.is(JSON.stringify(object), before);
});

test('edits write what JavaScript cannot hold: large numbers, and keys twice', (t) => {
  const [large] = oddNumbers.filter((number) => JSON.stringify(number) === '9223372036854775807');
  const edits = [
    { path: ['a'], value: large ?? 0 },
    { path: ['b'], value: 2, twice: true as const },
  ];
  t.is(writeBody(applyEdits({ b: 1 }, edits)), '{"b":1,"a":9223372036854775807,"b":2}');
});

test('the same identifier gets the same placeholder, another one another', (t) => {
  const its = normaliser();
  t.deepEqual(its.json({ metadata: { uid: UUID_A }, owner: { uid: UUID_B }, again: UUID_A }), {
    again: '{uuid-1}',
    metadata: { uid: '{uuid-1}' },
    owner: { uid: '{uuid-2}' },
  });
});

test('placeholders do not depend on the order of keys', (t) => {
  const first = normaliser().json({ a: UUID_A, b: UUID_B });
  const second = normaliser().json({ b: UUID_B, a: UUID_A });
  t.deepEqual(first, second);
});

test('an unchanged resourceVersion is told from a changed one, but not the one of a list', (t) => {
  const its = normaliser();
  const revision = (value: string): Json => its.json({ metadata: { name: 'a', resourceVersion: value } });
  t.deepEqual(revision('10'), revision('10'));
  t.notDeepEqual(revision('10'), revision('11'));
  const list = (value: string): Json => its.json({ items: [], metadata: { resourceVersion: value } });
  t.deepEqual(list('10'), list('11'));
  t.notDeepEqual(list('10'), list('0'));
});

test('recent times are replaced by their precision, old ones are kept', (t) => {
  const now = new Date().toISOString();
  const its = normaliser();
  t.is(its.text(`${now.slice(0, 19)}Z`), '{time}');
  t.is(its.text(`${now.slice(0, 19)}.123456Z`), '{time7}');
  t.is(its.text('2020-01-01T00:00:00Z'), '2020-01-01T00:00:00Z');
});

test('namespace, server, generated names, tokens and revisions in texts are replaced', (t) => {
  const its = normaliser();
  its.expectGeneratedNames('made-');
  t.is(its.text('made-bcdfg in run-1 at https://127.0.0.1:6443/x'), '{generated-1} in {ns} at https://{server}/x');
  t.is(its.text('made-abcde'), 'made-abcde');
  t.is(its.text('Too large resource version: 9, current: 5'), 'Too large resource version: 9, current: {revision}');
  t.is(its.text('token eyJh.eyJi.c_-d'), 'token {token}');
});

test('ages, addresses and node ports in tables are replaced', (t) => {
  const row = { cells: ['name', '5m3s', '10.0.0.7', '80:31234/TCP', '192.0.2.1', 3] };
  t.deepEqual(normaliser().json({ rows: [row] }), {
    rows: [{ cells: ['name', '{age}', '{address}', '80:{port}/TCP', '192.0.2.1', 3] }],
  });
});

test('hostile keys survive normalisation', (t) => {
  const value = JSON.parse('{"__proto__":{"a":"1"},"constructor":"2"}') as Json;
  t.is(JSON.stringify(normaliser().json(value)), '{"__proto__":{"a":"1"},"constructor":"2"}');
});

test('differences are named by the path to the innermost value', (t) => {
  const left = transcript({ body: { items: [{ a: 1 }, { b: 2 }] } });
  const right = transcript({ body: { items: [{ a: 1 }, { b: 3, c: 4 }] } });
  t.deepEqual(foundBetween(left, right), [
    ['body.items[1].b', 2, 3],
    ['body.items[1].c', undefined, 4],
  ]);
});

test('answers with different status codes differ in code and message only', (t) => {
  const left = transcript({ headers: { warning: 'w' }, body: { kind: 'Pod', spec: {} } });
  const right = transcript({ status: 422, body: { kind: 'Status', message: 'invalid' } });
  t.deepEqual(foundBetween(left, right), [
    ['status', 200, 422],
    ['body.message', undefined, 'invalid'],
  ]);
});

test('a difference is explained by case and path together', (t) => {
  const difference: Difference = { case: 'health', step: 's', request: 'r', path: 'body', left: 1, right: 2 };
  const known = [{ case: /^health$/, path: /^body/, reason: 'because' }];
  t.is(explain(difference, known)?.reason, 'because');
  t.is(explain({ ...difference, path: 'status' }, known), undefined);
  t.is(explain({ ...difference, case: 'other' }, known), undefined);
});

function transcript(more: Partial<Transcript>): Transcript {
  return { step: 'step', request: 'GET /', status: 200, headers: {}, body: null, ...more };
}

function foundBetween(left: Transcript, right: Transcript): unknown[] {
  return compareTranscripts('case', [left], [right]).map(({ path, left: its, right: others }) => [path, its, others]);
}
