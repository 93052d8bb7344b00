import test from 'ava';
import type { JsonValue } from '../json.ts';
import { findValues } from './find-values.ts';
import { JsonPathError, parseJsonPath } from './parse-json-path.ts';
import { templateProblem } from './template-problem.ts';

const document: JsonValue = {
  metadata: { name: 'web', annotations: { 'a.b/c': 'dotted', it: 'plain' } },
  spec: { ports: [{ name: 'http', port: 80 }, { name: 'https', port: 443 }, { port: 9 }] },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Synced', status: 'False' },
    ],
  },
};

const find = (path: string): JsonValue[] => findValues(document, parseJsonPath(path));

test('fields are found by name, and what is missing is found nowhere', (t) => {
  t.deepEqual(find('.metadata.name'), ['web']);
  t.deepEqual(find('$.metadata.name'), ['web']);
  t.deepEqual(find('.metadata.nothing.below'), []);
  t.deepEqual(find('.metadata.name.below'), []);
  t.deepEqual(find('.constructor'), []);
});

test('names with dots are quoted or escaped', (t) => {
  t.deepEqual(find(".metadata.annotations['a.b/c']"), ['dotted']);
  t.deepEqual(find(String.raw`.metadata.annotations.a\.b/c`), ['dotted']);
  t.deepEqual(find(".metadata.annotations['it','a.b/c']"), ['plain', 'dotted']);
});

test('lists are read by index, from their end, by slices and whole', (t) => {
  t.deepEqual(find('.spec.ports[0].port'), [80]);
  t.deepEqual(find('.spec.ports[-1].port'), [9]);
  t.deepEqual(find('.spec.ports[-2].port'), [443]);
  t.deepEqual(find('.spec.ports[7].port'), []);
  t.deepEqual(find('.spec.ports[1:].port'), [443, 9]);
  t.deepEqual(find('.spec.ports[:-1].port'), [80, 443]);
  t.deepEqual(find('.spec.ports[::2].port'), [80, 9]);
  t.deepEqual(find('.spec.ports[*].name'), ['http', 'https']);
  t.deepEqual(find('.spec.ports[0,2].port'), [80, 9]);
});

test('filters choose items by what they hold', (t) => {
  t.deepEqual(find('.status.conditions[?(@.type=="Ready")].status'), ['True']);
  t.deepEqual(find(".status.conditions[?(@.type != 'Ready')].status"), ['False']);
  t.deepEqual(find('.spec.ports[?(@.port > 80)].port'), [443]);
  t.deepEqual(find('.spec.ports[?(@.name)].port'), [80, 443]);
  t.deepEqual(find('.spec.ports[?(@.port >= 443)].name'), ['https']);
});

test('everything below is searched after two dots', (t) => {
  t.deepEqual(find('..port'), [80, 443, 9]);
  t.deepEqual(find('..type'), ['Ready', 'Synced']);
});

test('what is no path is refused', (t) => {
  for (const path of ['.spec.ports[', '.spec.ports[x]', ".a['b", '.a b', '.spec.ports[?(@.a==b)]']) {
    t.throws(() => parseJsonPath(path), { instanceOf: JsonPathError }, path);
  }
});

test('what is wrong with a template is said in the words of clients', (t) => {
  const problems: readonly [template: string, problem: string | undefined][] = [
    ["{.a['b.c'][0,1:][*]..d[?(@.e==')')]}", undefined],
    ['text {$.a} and {@} and { } more', undefined],
    ['{/x}', "unrecognized character in action: U+002F '/'"],
    ['{\u007f}', 'unrecognized character in action: U+007F'],
    ['{10.0.0.1}', 'cannot parse number 10.0.0.1'],
    ['{.a[b]}', 'invalid array index b'],
    ['{.a[1,b]}', 'invalid array index b'],
    ['{.a[0}', 'unterminated array'],
    ['{[99999999999999999999]}', 'array index 99999999999999999999 is not a number'],
    ['{[?(@.a}', 'unterminated filter'],
    ['{[?(@.a)}', 'unclosed array expect ]'],
    ['{[?(@.a==/)]}', "unrecognized character in action: U+002F '/'"],
    ["{'a}", 'unterminated quoted string'],
    [String.raw`{"\q"}`, String.raw`unquote string "\q" error invalid syntax`],
    ['{....}', 'invalid multiple recursive descent'],
    ['{.a', 'unclosed action'],
  ];
  for (const [template, problem] of problems) t.is(templateProblem(template), problem, template);
});
