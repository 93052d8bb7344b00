import test from 'ava';
import fc from 'fast-check';
import type { JsonValue } from '../json.ts';
import { decodeYaml } from './decode-yaml.ts';
import { withLinesFolded } from './json-line-breaks.ts';
import { encodeYaml } from './encode-yaml.ts';
import { YamlError } from './yaml-error.ts';

const decode = (text: string): JsonValue => decodeYaml(text).value;

test('plain scalars are read by the rules of YAML 1.1', (t) => {
  for (const [text, expected] of [
    ['yes', true],
    ['off', false],
    ['n', false],
    ['~', null],
    ['', null],
    ['012', 10],
    ['08', 8],
    ['0x1F', 31],
    ['0b11', 3],
    ['1_000', 1000],
    ['1e3', 1000],
    ['.5', 0.5],
    ['1:20', '1:20'],
    ['2020-01-01', '2020-01-01'],
    ['0x', '0x'],
    ['1e400', '1e400'],
    ['"yes"', 'yes'],
    ["'1'", '1'],
    ['!!str 5', '5'],
    ['!!float 5', 5],
    ['!!binary aGVsbG8=', 'hello'],
    ['!custom x', 'x'],
  ] as const) {
    t.deepEqual(decode(`a: ${text}`), { a: expected }, text);
  }
});

test('integers keep every digit', (t) => {
  t.is(
    JSON.stringify(decode('a: 9007199254740993\nb: 18446744073709551615')),
    '{"a":9007199254740993,"b":18446744073709551615}',
  );
});

test('keys become text', (t) => {
  t.deepEqual(decode('yes: 1\n012: 2\n1.50: 3\n"x": 4'), { true: 1, '10': 2, '1.5': 3, x: 4 });
  t.throws(() => decode('? [a]\n: b'), { instanceOf: YamlError, message: /^yaml: invalid map key: / });
  t.throws(() => decode('~: b'), { message: /^unsupported map key of type/ });
  t.is(JSON.stringify(decode('__proto__: {a: 1}')), '{"__proto__":{"a":1}}');
});

test('only the first document counts, and an empty one is null', (t) => {
  t.deepEqual(decode('---\na: 1\n---\nb: ['), { a: 1 });
  t.is(decode(''), null);
  t.is(decode('# nothing'), null);
});

test('anchors, aliases and merge keys are resolved', (t) => {
  t.deepEqual(decode('a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2'), { a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 } });
  t.throws(() => decode('a: *b'), { message: "yaml: unknown anchor 'b' referenced" });
  t.throws(() => decode('a: &a [*a]'), { message: "yaml: anchor 'a' value contains itself" });
  t.throws(() => decode('<<: 1'), { message: 'yaml: map merge requires map or sequence of maps as the value' });
});

test('aliases that would blow up a document are refused', (t) => {
  const letters = 'abcdefgh';
  const lines = letters.split('').map((letter, index) => {
    const previous = letters[index - 1];
    return previous === undefined ? 'a: &a [x]' : `${letter}: &${letter} [${Array(9).fill(`*${previous}`).join(',')}]`;
  });
  t.throws(() => decode(lines.join('\n')), { message: 'yaml: document contains excessive aliasing' });
});

test('keys that come twice are reported, and the last one wins', (t) => {
  const { value, duplicates } = decodeYaml('kind: A\nmetadata: {name: a}\nmetadata: {name: b}\n');
  t.deepEqual(value, { kind: 'A', metadata: { name: 'b' } });
  t.deepEqual(duplicates, ['line 3: key "metadata" already set in map']);
});

test('flow collections may go on left of their key', (t) => {
  t.deepEqual(decode('a: [\nb,\nc\n]\nd: {\ne: f\n}\n'), { a: ['b', 'c'], d: { e: 'f' } });
});

test('bodies that are not YAML are refused in the words of upstream', (t) => {
  for (const [text, message] of [
    ['a: [\nb', "yaml: line 2: did not find expected ',' or ']'"],
    ['{"a": b', "yaml: line 1: did not find expected ',' or '}'"],
    ['a: b: c', 'yaml: mapping values are not allowed in this context'],
    ['metadata:\n  name: x\n   labels: y\n', 'yaml: line 3: mapping values are not allowed in this context'],
    ['\tfoo: bar', 'yaml: found character that cannot start any token'],
    ['a:\n  b: 1\n c: 2', 'yaml: line 2: did not find expected key'],
    ['kind: A\nname B\n', "yaml: line 4: could not find expected ':'"],
    ["a: 'x\n", 'yaml: line 2: found unexpected end of stream'],
    ['k: - a', 'yaml: block sequence entries are not allowed in this context'],
    ['a: ]', 'yaml: did not find expected node content'],
    ['a: \u0001', 'yaml: control characters are not allowed'],
    ['a: .inf', 'json: unsupported value: +Inf'],
  ] as const) {
    const error = t.throws(() => decode(text), { instanceOf: YamlError }, text);
    t.is(error.message, text.startsWith('kind') ? message.replace('line 4', 'line 3') : message, text);
  }
});

test('JSON that is read as YAML has lines that end where JSON knows of none', (t) => {
  const values = {
    'x\u2028y': 'x\u2028y',
    'x \u2028 y': 'x\u2028y',
    'x\u0085y': 'x y',
    'x\u0085\u0085y': 'x\ny',
    '\u2029': '\u2029',
  };
  for (const [sent, read] of Object.entries(values)) {
    t.deepEqual(JSON.parse(withLinesFolded(JSON.stringify({ a: sent }))), { a: read });
  }
  t.throws(() => withLinesFolded('{"a\u2028":"b"}'), { message: "yaml: line 1: did not find expected ',' or '}'" });
  t.is(withLinesFolded('{"a": "\\"b"}'), '{"a": "\\"b"}');
});

test('nesting without end is an error, not a crash', (t) => {
  t.throws(() => decode('['.repeat(20_000)), { instanceOf: YamlError });
  t.throws(() => decode('- '.repeat(20_000)), { instanceOf: YamlError });
});

test('objects are printed as upstream prints them', (t) => {
  const text = encodeYaml({
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name: 'a', labels: {}, finalizers: [] },
    data: {
      z: 'yes',
      'a b': '1',
      text: 'one\n  two\n',
      script: 'x',
      empty: '',
      note: 'a: b',
      quote: '- "x"',
      bell: '\u0007',
      emoji: '😀',
    },
    list: [{ b: 1.5, a: null }, [1, 'x'], 'y', 1e21],
    a10: 1,
    a9: 2,
  });
  t.is(
    text,
    [
      'a9: 2',
      'a10: 1',
      'apiVersion: v1',
      'data:',
      '  a b: "1"',
      '  bell: "\\a"',
      '  emoji: "\\U0001F600"',
      '  empty: ""',
      "  note: 'a: b'",
      '  quote: \'- "x"\'',
      '  script: x',
      '  text: |',
      '    one',
      '      two',
      '  z: "yes"',
      'kind: ConfigMap',
      'list:',
      '- a: null',
      '  b: 1.5',
      '- - 1',
      '  - x',
      '- "y"',
      '- 1e+21',
      'metadata:',
      '  finalizers: []',
      '  labels: {}',
      '  name: a',
      '',
    ].join('\n'),
  );
});

test('what is printed reads back as the same value', (t) => {
  const text = fc.string({
    unit: fc.constantFrom('a', '1', ' ', ':', '-', '#', '\n', '"', "'", 'é', '\t', '{', '.', '~'),
  });
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.oneof(text, fc.constantFrom<JsonValue>(null, true, 0, -5, 1.25, 'yes', '1e3', '')),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(value, (original) => t.deepEqual(decode(encodeYaml(original)), original)),
    { numRuns: 300 },
  );
});
