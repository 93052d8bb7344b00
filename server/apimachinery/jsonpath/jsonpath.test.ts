import test from 'ava';
import fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
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

test('names with dots are escaped, in quotes too', (t) => {
  t.deepEqual(find(String.raw`.metadata.annotations['a\.b/c']`), ['dotted']);
  t.deepEqual(find(".metadata.annotations['a.b/c']"), [], 'a dot in quotes is one all the same');
  t.deepEqual(find(String.raw`.metadata.annotations.a\.b/c`), ['dotted']);
  t.deepEqual(find(String.raw`.metadata.annotations['it','a\.b/c']`), ['plain', 'dotted']);
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

/** A step as its text, and what it leads to from a value; undefined: to an error, and so nowhere at all. */
type Step = readonly [text: string, lead: (value: JsonValue) => readonly JsonValue[] | undefined];

const member = (name: string) => (value: JsonValue) =>
  isJsonObject(value) && Object.hasOwn(value, name) ? [value[name] ?? null] : [];
const ofList = (value: JsonValue, lead: (list: readonly JsonValue[]) => readonly JsonValue[] | undefined) =>
  value === null ? [] : Array.isArray(value) ? lead(value) : undefined;
const escaped = (key: string) => key.replaceAll(/[.\s]/g, String.raw`\$&`);
const name = fc.constantFrom('a', 'b', 'c', 'a.b/c', 'x y', '__proto__');
const steps: fc.Arbitrary<Step> = fc.oneof(
  name.map((key): Step => [`.${escaped(key)}`, member(key)]),
  name.map((key): Step => [`['${escaped(key)}']`, member(key)]),
  fc
    .integer({ min: -3, max: 2 })
    .map(
      (at): Step => [
        `[${at}]`,
        (value) =>
          ofList(value, (list) => (list.at(at) === undefined ? undefined : list.slice(at, at + 1 || undefined))),
      ],
    ),
  fc.constant<Step>([
    '.*',
    (value) => (Array.isArray(value) ? value : isJsonObject(value) ? sortedMembers(value) : []),
  ]),
  name.map(
    (key): Step => [
      `[?(@['${escaped(key)}'])]`,
      (value) => (Array.isArray(value) ? value.filter((item) => member(key)(item).length > 0) : undefined),
    ],
  ),
);
const sortedMembers = (value: JsonObject) =>
  Object.keys(value)
    .sort()
    .map((key) => value[key] ?? null);
const { values } = fc.letrec<{ values: JsonValue }>((tie) => ({
  values: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<JsonValue>(0, 'text', true, null),
    fc.dictionary(name, tie('values'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(tie('values'), { maxLength: 4 }),
  ),
}));

test('a path finds what its steps find one after the other', (t) => {
  fc.assert(
    fc.property(values, fc.array(steps, { maxLength: 4 }), (value, path) => {
      let expected: readonly JsonValue[] = [value];
      for (const [, lead] of path) {
        const found = expected.map(lead);
        expected = found.some((some) => some === undefined) ? [] : found.flatMap((some) => some ?? []);
      }
      t.deepEqual(findValues(value, parseJsonPath(path.map(([text]) => text).join(''))), [...expected]);
    }),
  );
});

test('any text is a path or refused, and so is any template', (t) => {
  const texts = fc.string({
    unit: fc.constantFrom(
      'a',
      '.',
      '[',
      ']',
      '?',
      '(',
      ')',
      '@',
      '$',
      '"',
      "'",
      '*',
      ':',
      '1',
      '-',
      ',',
      '\\',
      '{',
      '}',
      '=',
      ' ',
    ),
  });
  fc.assert(
    fc.property(texts, (text) => {
      try {
        findValues(document, parseJsonPath(text));
      } catch (error) {
        t.true(error instanceof JsonPathError, text);
      }
      t.notThrows(() => templateProblem(text), text);
    }),
    { numRuns: 500 },
  );
});

test('what clients cannot compare or reach is found nowhere', (t) => {
  for (const path of [
    '.spec.ports[1:9].port',
    '.spec.ports[7,0].port',
    '.metadata[0]',
    '.spec.ports[?(@.port==80.0)].name',
  ]) {
    t.deepEqual(find(path), [], path);
  }
  t.deepEqual(find('.spec.ports[?($.port==80)].name'), ['http'], 'a filter knows no root');
  t.deepEqual(find('.spec.ports[?(@.name.x[0])].port'), []);
});

test('what is no path is refused', (t) => {
  for (const path of ['.spec.ports[', '.spec.ports[x]', ".a['b", '.a /b', '.spec.ports[?(@.a==&b)]']) {
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
