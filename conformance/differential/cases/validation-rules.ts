/** CEL rules of custom resources: what is refused when a definition is written, and what they say of objects. */
import { type Case, get, type Json, type JsonObject, patch, post, type Step } from '../case.ts';

const group = 'rules.example.com';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const things = `/apis/${group}/v1/namespaces/{ns}/things`;

const text: JsonObject = { type: 'string', maxLength: 20 };
const properties: JsonObject = {
  n: { type: 'integer' },
  m: { type: 'integer' },
  f: { type: 'number' },
  s: text,
  t: text,
  b: { type: 'boolean' },
  list: { type: 'array', maxItems: 5, items: text },
  map: { type: 'object', maxProperties: 5, additionalProperties: text },
  o: { type: 'object', properties: { a: { type: 'integer' }, 'with-dash': text } },
  keyed: {
    type: 'array',
    maxItems: 5,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['k'],
    items: { type: 'object', required: ['k'], properties: { k: text, v: { type: 'integer' } } },
  },
  either: { 'x-kubernetes-int-or-string': true },
  when: { type: 'string', format: 'date-time' },
  how: { type: 'string', format: 'duration' },
};

const definition = (rules: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { ...properties, ...more }, 'x-kubernetes-validations': [...rules] },
            },
          },
        },
      },
    ],
  },
});

const compiled = (expression: string, more: JsonObject = {}): Step =>
  post(
    JSON.stringify({ rule: expression, ...more }),
    `${definitions}?dryRun=All`,
    definition([{ rule: expression, ...more }]),
  );

const refused: readonly string[] = [
  'self.x > 1',
  'cel.bind(x, self.n, x + x > 3)',
  '[1].first().hasValue()',
  '"a".reverse() == "a"',
  'math.greatest(1, 2) == 2',
  'base64.encode(b"a") == "a"',
  'strings.quote("a") == "a"',
  'sets.contains([1], [1])',
  'self.n > "a"',
  'self.n >',
  'self.n',
  'foo(self)',
  'self.s.foo()',
  '1 + "a" == 2',
  'self.list.all(x, x > 1)',
  'self.o.b == 1',
  'size(self.n) > 1',
  'has(self.zz)',
  'self.s.matches("[")',
  'true && self.s',
  'self.map["a"] == 1',
  'x == 1',
  'self.n == 1u',
  'self.n in self.list',
  'self.list.map(x, x + 1).size() > 0',
  'quantity("1") < 3',
  'self.n ? 1 : 2',
  'self.s.startsWith(1)',
  'ip("x").family() == "a"',
  'duration("1h") > 1',
  '[1, "a"].all(x, x == 1)',
  'self.spec == 1',
  'self.?zz.hasValue()',
  'self.f == self.n',
  'self.keyed.exists(e, e.v == "a")',
  'self.when > self.how',
  'self.map.all(k, self.map[k] == 1)',
  'self.list[0] == 1',
  'self.list["a"] == "b"',
  '-self.s == 1',
  '!self.n',
  'self.s + self.n == "a"',
  'self.n.size() == 1',
  'self.list == ["a", 1]',
  '{"a": 1, "b": "c"}.size() == 2',
];

const taken: readonly string[] = [
  'self.n > 1',
  'has(self.s) && self.s.size() < 5',
  'self == oldSelf',
  'self.s in self.list',
  '{"a": 1}.b == 2',
  'dyn(self).zz == 1',
  'optional.of(1).value() == 1',
  'self.?s.orValue("a") == "b"',
  'self.list.exists_one(x, x == "a")',
  'self.o.with__dash__dash == "a"',
  'self.either == 1 || self.either == "a"',
  'self.list.isSorted()',
  'self.f < self.n',
  'url("https://a").getHost() == "a"',
  'format.dns1123Label().validate(self.s).hasValue()',
  'semver("1.2.3").major() == 1',
  'cidr("10.0.0.0/8").containsIP(ip("10.1.2.3"))',
  'type(self.either) == int',
  'self.map.all(k, v, k == v)',
];

/** A rule, and objects that it holds for or not. */
const evaluated: ReadonlyArray<readonly [rule: JsonObject, ...specs: Json[]]> = [
  [{ rule: '!has(self.n) || self.n > 1' }, { n: 1 }, { n: 2 }, {}],
  [{ rule: 'self.n > 1' }, { n: 1 }, {}],
  [
    { rule: 'self.n <= self.m', message: 'n must not be more than m' },
    { n: 2, m: 1 },
    { n: 1, m: 2 },
  ],
  [
    { rule: 'self.n < 5', messageExpression: '"n is too much for " + self.s' },
    { n: 7, s: 'a' },
  ],
  [{ rule: 'self.n < 5', messageExpression: '"n is " + self.s' }, { n: 7 }],
  [{ rule: 'self.n < 5', reason: 'FieldValueForbidden', fieldPath: '.n', message: 'too large' }, { n: 7 }],
  [{ rule: 'self.n < 5', reason: 'FieldValueRequired', fieldPath: '.s' }, { n: 7 }],
  [{ rule: 'self.n < 5', reason: 'FieldValueDuplicate' }, { n: 7 }],
  [{ rule: 'self.o.a > 1', fieldPath: '.o.a' }, { o: { a: 1 } }, { o: {} }],
  [{ rule: 'self.list.all(x, x.startsWith("a"))' }, { list: ['a', 'ab'] }, { list: ['a', 'b'] }, { list: [] }],
  [{ rule: 'self.map.all(k, k == self.map[k])' }, { map: { a: 'a' } }, { map: { a: 'b' } }],
  [{ rule: 'self.keyed.exists(e, e.k == "a" && e.v > 1)' }, { keyed: [{ k: 'a', v: 2 }] }, { keyed: [{ k: 'a' }] }],
  [{ rule: 'self.list[1] == "b"' }, { list: ['a', 'b'] }, { list: ['a'] }],
  [{ rule: 'self.map["a"] == "b"' }, { map: { a: 'b' } }, { map: {} }],
  [{ rule: 'self.n / self.m > 1' }, { n: 4, m: 2 }, { n: 4, m: 0 }],
  [{ rule: 'self.n * 9223372036854775807 > 1' }, { n: 2 }],
  [{ rule: 'self.either > 1' }, { either: 2 }, { either: 'a' }],
  [{ rule: 'type(self.either) == int ? self.either > 1 : self.either == "a"' }, { either: 1 }, { either: 'a' }],
  [{ rule: 'self.s.matches("^a+$")' }, { s: 'aa' }, { s: 'b' }],
  [
    { rule: 'self.when > timestamp("2024-01-01T00:00:00Z")' },
    { when: '2025-01-01T00:00:00Z' },
    { when: '2023-01-01T00:00:00Z' },
  ],
  [{ rule: 'self.how < duration("1h")' }, { how: '30m' }, { how: '2h' }],
  [{ rule: 'quantity(self.s).isLessThan(quantity("1Gi"))' }, { s: '500Mi' }, { s: '2Gi' }, { s: 'x' }],
  [{ rule: 'isIP(self.s) && ip(self.s).isLoopback()' }, { s: '127.0.0.1' }, { s: '::1' }, { s: '10.0.0.1' }],
  [{ rule: 'cidr("10.0.0.0/8").containsIP(self.s)' }, { s: '10.1.2.3' }, { s: '11.0.0.1' }],
  [{ rule: 'url(self.s).getScheme() == "https"' }, { s: 'https://a.b/c' }, { s: 'http://a.b' }, { s: 'a' }],
  [{ rule: 'self.?s.orValue("a") == "a"' }, {}, { s: 'b' }],
  [{ rule: '!format.dns1123Label().validate(self.s).hasValue()' }, { s: 'a-b' }, { s: 'A' }],
  [{ rule: 'self.list.sum() == 1 || true' }, { list: ['a'] }],
  [{ rule: 'self.s.lowerAscii() == "abc"' }, { s: 'ABC' }, { s: 'ABD' }],
  [{ rule: 'self.list.join(",") == "a,b"' }, { list: ['a', 'b'] }, { list: ['b'] }],
  [{ rule: '"%s has %d".format([self.s, self.n]) == "a has 1"' }, { s: 'a', n: 1 }, { s: 'b', n: 1 }],
  [{ rule: 'self.b' }, { b: true }, { b: false }],
  [{ rule: 'self.f < 1.5' }, { f: 1 }, { f: 2 }, { f: 1.25 }],
];

const isEstablished = (body: Json): boolean => JSON.stringify(body).includes('InitialNamesAccepted');
const served = [
  get('established', `${definitions}/things.${group}`, { until: isEstablished }),
  get('served', things, { until: (_, status) => status === 200 }),
];

const thing = (name: string, spec: Json): JsonObject => ({
  apiVersion: `${group}/v1`,
  kind: 'Thing',
  metadata: { name },
  spec,
});

export const validationRuleCases: readonly Case[] = [
  { name: 'validation rules: expressions that are refused', steps: refused.map((rule) => compiled(rule)) },
  { name: 'validation rules: expressions that are taken', steps: taken.map((rule) => compiled(rule)) },
  {
    name: 'validation rules: what belongs to a rule',
    steps: [
      compiled('self.n > 1', { message: ' ' }),
      compiled('self.n > 1', { message: 'a\nb' }),
      compiled('self.n > 1', { messageExpression: 'self.n' }),
      compiled('self.n > 1', { messageExpression: 'self.x' }),
      compiled('self.n > 1', { messageExpression: '"a" + self.s' }),
      compiled('self.n > 1', { reason: 'Other' }),
      compiled('self.n > 1', { fieldPath: '.n' }),
      compiled('self.n > 1', { fieldPath: '.zz' }),
      compiled('self.n > 1', { optionalOldSelf: true }),
      compiled('oldSelf.hasValue()', { optionalOldSelf: true }),
      post(
        'old values in a list',
        `${definitions}?dryRun=All`,
        definition([], {
          inner: {
            type: 'array',
            maxItems: 5,
            items: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] },
          },
        }),
      ),
    ],
  },
  ...evaluated.map(
    ([rule, ...specs], index): Case => ({
      name: `validation rules: objects ${index} ${String(rule.rule)}`,
      steps: [
        post('define', definitions, definition([rule])),
        ...served,
        ...specs.map((spec) => post(JSON.stringify(spec), `${things}?dryRun=All`, thing('subject', spec))),
      ],
    }),
  ),
  {
    name: 'validation rules: transitions',
    steps: [
      post(
        'define',
        definitions,
        definition([{ rule: 'self.n >= oldSelf.n', message: 'n must not become less' }], {
          s: { ...text, 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 's does not change' }] },
          t: {
            ...text,
            'x-kubernetes-validations': [
              { rule: 'oldSelf.hasValue() || self == "first"', optionalOldSelf: true, message: 't begins as first' },
            ],
          },
          keyed: {
            ...(properties.keyed as JsonObject),
            items: {
              type: 'object',
              required: ['k'],
              properties: { k: text, v: { type: 'integer' } },
              'x-kubernetes-validations': [{ rule: 'self.v >= oldSelf.v', message: 'v must not become less' }],
            },
          },
        }),
      ),
      ...served,
      post('t is wrong', things, thing('other', { n: 1, t: 'second' })),
      post(
        'create',
        things,
        thing('subject', {
          n: 2,
          s: 'a',
          t: 'first',
          keyed: [
            { k: 'a', v: 2 },
            { k: 'b', v: 1 },
          ],
        }),
      ),
      patch('merge', 'less', `${things}/subject`, { spec: { n: 1 } }),
      patch('merge', 'more', `${things}/subject`, { spec: { n: 3 } }),
      patch('merge', 's changes', `${things}/subject`, { spec: { s: 'b' } }),
      patch('merge', 's goes', `${things}/subject`, { spec: { s: null } }),
      patch('merge', 't changes', `${things}/subject`, { spec: { t: 'second' } }),
      patch('merge', 'v becomes less', `${things}/subject`, {
        spec: {
          keyed: [
            { k: 'b', v: 1 },
            { k: 'a', v: 1 },
          ],
        },
      }),
      patch('merge', 'v becomes more', `${things}/subject`, {
        spec: {
          keyed: [
            { k: 'b', v: 2 },
            { k: 'a', v: 3 },
          ],
        },
      }),
      patch('merge', 'labels', `${things}/subject`, { metadata: { labels: { a: 'b' } } }),
    ],
  },
  {
    name: 'validation rules: beside other errors, and on what was wrong before',
    steps: [
      post('define', definitions, definition([])),
      ...served,
      post('create', things, thing('subject', { n: 9, s: 'a' })),
      patch('json', 'add a rule', `${definitions}/things.${group}`, [
        {
          op: 'add',
          path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/n/x-kubernetes-validations',
          value: [{ rule: 'self < 5' }],
        },
      ]),
      post('refused', `${things}?dryRun=All`, thing('other', { n: 9 }), { until: (_, status) => status === 422 }),
      patch('merge', 'as it was', `${things}/subject`, { spec: { s: 'b' } }),
      patch('merge', 'changed', `${things}/subject`, { spec: { n: 8 } }),
      post('wrong type too', things, thing('other', { n: 9, s: 5 })),
      post('too long too', things, thing('other', { n: 9, s: 'x'.repeat(30) })),
    ],
  },
];
