/** Custom resources: the life of their definitions, and objects of kinds that come with them. */
import {
  type Case,
  get,
  type Json,
  type JsonObject,
  PARTIAL,
  PARTIAL_LIST,
  patch,
  post,
  PROTOBUF,
  put,
  remove,
  type Step,
  TABLE,
  YAML,
} from '../case.ts';

const group = 'drawings.example.com';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const definitionPath = `${definitions}/shapes.${group}`;
const shapesIn = (version: string): string => `/apis/${group}/${version}/namespaces/{ns}/shapes`;
export const shapes = shapesIn('v1');

interface VersionParts {
  readonly name?: string;
  readonly schema?: JsonObject;
  readonly [field: string]: Json | undefined;
}

const specOf = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties: {
    spec: { type: 'object', properties, ...more },
    status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
});

export const version = ({ name = 'v1', schema = specOf({}), ...more }: VersionParts = {}): JsonObject => ({
  name,
  served: true,
  storage: true,
  schema: { openAPIV3Schema: schema },
  ...more,
});

const names: JsonObject = { plural: 'shapes', singular: 'shape', kind: 'Shape', listKind: 'ShapeList' };

const definition = (versions: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `shapes.${group}` },
  spec: { group, scope: 'Namespaced', names, versions: [...versions], ...more },
});

const isTrue = (body: Json, type: string): boolean => {
  const { status } = body as { status?: { conditions?: { type: string; status: string }[] } };
  return status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true;
};

const established = get('established', definitionPath, { until: (body) => isTrue(body, 'Established') });
const served = (path: string): Step => get(`served at ${path}`, path, { until: (_, status) => status === 200 });

export const shape = (name: string, spec: Json, more: JsonObject = {}): JsonObject => ({
  apiVersion: `${group}/v1`,
  kind: 'Shape',
  metadata: { name },
  spec,
  ...more,
});

/** The definition is there and served before the steps. */
export const withShapes = (
  name: string,
  versions: readonly JsonObject[],
  steps: readonly Step[],
  more: JsonObject = {},
): Case => ({
  name: `custom resources: ${name}`,
  steps: [
    post('define', definitions, definition(versions, more)),
    established,
    served(`/apis/${group}/v1/shapes`),
    ...steps,
  ],
});

const dry = (name: string, spec: Json, more: JsonObject = {}): Step =>
  post(name, `${shapes}?dryRun=All`, shape('subject', spec, more));

/** Each property alone, with values that its schema takes or refuses. */
const values: Readonly<Record<string, readonly [schema: JsonObject, ...values: Json[]]>> = {
  text: [{ type: 'string', minLength: 2, maxLength: 4 }, 'a', 'ab', 'abcde', 'äöüß', 1, true, [], {}, null],
  pattern: [{ type: 'string', pattern: '^[a-z]+$' }, 'abc', 'ABC', ''],
  whole: [{ type: 'integer', minimum: 1, maximum: 10, multipleOf: 3 }, 3, 4, 0, 12, 3.5, '3', true, null],
  exclusive: [{ type: 'integer', minimum: 1, exclusiveMinimum: true, maximum: 10, exclusiveMaximum: true }, 1, 2, 10],
  int32: [{ type: 'integer', format: 'int32' }, 1, 2_147_483_648, -2_147_483_649],
  int64: [{ type: 'integer', format: 'int64' }, 1, 9_007_199_254_740_991],
  fraction: [{ type: 'number', minimum: 0.5, multipleOf: 0.5 }, 0.5, 1, 0.75, 0.25, '1'],
  flag: [{ type: 'boolean' }, true, false, 'true', 1, null],
  choice: [{ type: 'string', enum: ['red', 'green'] }, 'red', 'blue', 1],
  numbers: [{ type: 'integer', enum: [1, 2] }, 1, 3],
  list: [
    { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string' } },
    [],
    ['a'],
    ['a', 'b', 'c'],
    [1],
    {},
    'a',
  ],
  set: [
    { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    ['a', 'b'],
    ['a', 'a'],
    ['a', 'b', 'a', 'a'],
  ],
  map: [
    { type: 'object', maxProperties: 2, minProperties: 1, additionalProperties: { type: 'integer' } },
    { a: 1 },
    {},
    { a: 'x' },
    { a: 1, b: 2, c: 3 },
  ],
  nullable: [{ type: 'string', nullable: true }, null, 'a', 1],
  either: [{ 'x-kubernetes-int-or-string': true }, 1, 'a', true, 1.5],
  free: [{ 'x-kubernetes-preserve-unknown-fields': true }, 1, 'a', { a: { b: null } }, [1, 'a'], null],
  object: [
    { type: 'object', required: ['a'], properties: { a: { type: 'string' }, b: { type: 'string' } } },
    { a: 'x' },
    { b: 'x' },
    { a: 'x', c: 1 },
    [],
  ],
  one: [
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      oneOf: [{ required: ['a'] }, { required: ['b'] }],
    },
    { a: 'x' },
    { a: 'x', b: 'y' },
  ],
  any: [
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      anyOf: [{ required: ['a'] }, { required: ['b'] }],
    },
    { a: 'x', b: 'y' },
  ],
  all: [{ type: 'integer', allOf: [{ minimum: 1 }, { maximum: 3 }] }, 2, 4],
  not: [{ type: 'integer', not: { enum: [4] } }, 3, 4],
  keyed: [
    {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k'],
      items: { type: 'object', required: ['k'], properties: { k: { type: 'string' }, v: { type: 'integer' } } },
    },
    [{ k: 'a' }, { k: 'b' }],
    [{ k: 'a' }, { k: 'a' }],
    [{ v: 1 }],
    [{ k: 'a', v: 'x' }],
  ],
  keyedTwice: [
    {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k', 'l'],
      items: {
        type: 'object',
        required: ['k'],
        properties: { k: { type: 'string' }, l: { type: 'integer', default: 1 }, v: { type: 'integer' } },
      },
    },
    [{ k: 'a' }, { k: 'a', l: 2 }],
    [{ k: 'a' }, { k: 'a', l: 1 }],
  ],
  embedded: [
    { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', labels: { a: 'b' } }, spec: { free: true } },
    { kind: 'Pod' },
    { apiVersion: 'v1' },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', nothing: 1 } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { labels: { a: 'not valid!' } } },
    { apiVersion: 'v1', kind: '' },
    { apiVersion: 'a/b/c', kind: 'Pod' },
    { apiVersion: 'v1', kind: 'not_valid' },
  ],
};

const formats: Readonly<Record<string, readonly string[]>> = {
  'date-time': ['2024-01-02T03:04:05Z', '2024-01-02 03:04:05', '2024-13-02T03:04:05Z', '2024-01-02T03:04:05.5+01:00'],
  date: ['2024-02-29', '2023-02-29', '24-01-01'],
  duration: ['1h', '22 ns', '2 days', 'soon'],
  email: ['a@example.com', 'A <a@example.com>', 'example.com'],
  hostname: ['example.com', 'exa_mple.com', '-a', 'a'],
  ipv4: ['10.0.0.1', '10.0.0.256', '::1', '010.0.0.1'],
  ipv6: ['::1', '2001:db8::1', '10.0.0.1', ':::'],
  cidr: ['10.0.0.0/8', '10.0.0.0/33', '10.0.0.0', '2001:db8::/32'],
  mac: ['00:00:5e:00:53:01', '00-00-5e-00-53-01', '0000.5e00.5301', '00:00:5e'],
  uuid: ['9d2dbe2c-d03d-4ef8-9f1d-b939926c39a6', '9d2dbe2cd03d4ef89f1db939926c39a6', 'x'],
  uuid4: ['9d2dbe2c-d03d-4ef8-9f1d-b939926c39a6', '9d2dbe2c-d03d-1ef8-9f1d-b939926c39a6'],
  uri: ['https://example.com/a?b=c', '/a', 'a', 'http://a b', 'mailto:a@example.com'],
  byte: ['aGVsbG8=', 'aGVsbG8', '%%%'],
  hexcolor: ['#fff', 'ffffff', '#ffff'],
  rgbcolor: ['rgb(1,2,3)', 'rgb(256,2,3)'],
  isbn: ['0321751043', '978-0321751041', '0321751044'],
  isbn10: ['0321751043', '978-0321751041'],
  creditcard: ['4111 1111 1111 1111', '4111 1111 1111 1112'],
  ssn: ['111-22-3333', '111-22-333'],
  bsonobjectid: ['507f1f77bcf86cd799439011', '507f'],
  'k8s-short-name': ['a-b', 'A', 'a.b'],
  'k8s-long-name': ['a-b.c', 'A', '-a'],
  password: ['anything'],
  unheardOf: ['anything'],
};

const wrongDefaults: readonly JsonObject[] = [
  { type: 'string', default: 1 },
  { type: 'string', maxLength: 2, default: 'long' },
  { type: 'string', pattern: '^a$', default: 'b' },
  { type: 'integer', minimum: 5, default: 4 },
  { type: 'string', enum: ['x'], default: 'y' },
  { type: 'array', items: { type: 'string' }, default: [1] },
  { type: 'object', properties: { b: { type: 'string' } }, default: { c: 1 } },
  { type: 'object', properties: { b: { type: 'string' } }, default: { b: 1 } },
  { type: 'object', required: ['b'], properties: { b: { type: 'string' } }, default: {} },
  { type: 'array', items: { type: 'object', properties: { b: { type: 'string', default: 1 } } } },
  { type: 'array', items: { type: 'object', properties: { b: { type: 'string' } } }, default: [{ b: 'x', c: 1 }] },
  { type: 'object', additionalProperties: { type: 'string', default: 'x' } },
  { type: 'integer', default: 4, 'x-kubernetes-validations': [{ rule: 'self > 5' }] },
  { type: 'string', default: null },
  { type: 'string', format: 'date', default: 'x' },
  {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
    default: { kind: 'A' },
  },
];

const applied = (name: string, manager: string, spec: Json, more = ''): Step => ({
  name,
  method: 'PATCH',
  path: `${shapes}/subject?fieldManager=${manager}${more}`,
  body: shape('subject', spec),
  contentType: 'application/apply-patch+yaml',
});

const scale = {
  specReplicasPath: '.spec.count',
  statusReplicasPath: '.status.count',
  labelSelectorPath: '.status.selector',
};

export const customResourceCases: readonly Case[] = [
  withShapes(
    'values by their schema',
    [version({ schema: specOf(Object.fromEntries(Object.entries(values).map(([name, [schema]]) => [name, schema]))) })],
    Object.entries(values).flatMap(([name, [, ...given]]) =>
      given.map((value) => dry(`${name} ${JSON.stringify(value)}`, { [name]: value })),
    ),
  ),
  withShapes(
    'formats',
    [
      version({
        schema: specOf(Object.fromEntries(Object.keys(formats).map((format) => [format, { type: 'string', format }]))),
      }),
    ],
    Object.entries(formats).flatMap(([format, texts]) =>
      texts.map((text) => dry(`${format} ${text}`, { [format]: text })),
    ),
  ),
  withShapes(
    'defaults and nulls',
    [
      version({
        schema: specOf({
          text: { type: 'string', default: 'some' },
          number: { type: 'integer', default: 3 },
          nullable: { type: 'string', nullable: true, default: 'some' },
          plain: { type: 'string' },
          inner: { type: 'object', default: {}, properties: { a: { type: 'string', default: 'x' } } },
          missing: { type: 'object', properties: { a: { type: 'string', default: 'x' } } },
          list: { type: 'array', items: { type: 'object', properties: { a: { type: 'string', default: 'x' } } } },
          map: {
            type: 'object',
            additionalProperties: { type: 'object', properties: { a: { type: 'string', default: 'x' } } },
          },
          texts: { type: 'array', default: ['a'], items: { type: 'string' } },
        }),
      }),
    ],
    [
      dry('empty', {}),
      dry('no spec', null),
      dry('nulls', { text: null, number: null, nullable: null, plain: null, inner: null, missing: null, texts: null }),
      dry('deep', { missing: {}, list: [{}, { a: null }], map: { one: {}, two: { a: 'y' } } }),
      dry('null in a list', { list: [null] }),
      dry('null in a map', { map: { one: null } }),
      post('create', shapes, shape('subject', {})),
      patch('merge', 'take a default away', `${shapes}/subject`, { spec: { text: null } }),
      patch('merge', 'change', `${shapes}/subject`, { spec: { text: 'other', plain: 'set' } }),
      patch('json', 'remove', `${shapes}/subject`, [{ op: 'remove', path: '/spec/text' }]),
      get('get', `${shapes}/subject`),
    ],
  ),
  withShapes(
    'pruning and field validation',
    [
      version({
        schema: specOf({
          a: { type: 'string' },
          o: { type: 'object', properties: { b: { type: 'string' } } },
          l: { type: 'array', items: { type: 'object', properties: { b: { type: 'string' } } } },
          k: {
            type: 'object',
            'x-kubernetes-preserve-unknown-fields': true,
            properties: { b: { type: 'object', properties: { c: { type: 'string' } } } },
          },
        }),
      }),
    ],
    ['Ignore', 'Warn', 'Strict', ''].flatMap((mode) => {
      const how = mode === '' ? '' : `&fieldValidation=${mode}`;
      const at = `${shapes}?dryRun=All${how}`;
      const send = (name: string, body: Json): Step => post(`${mode} ${name}`, at, body);
      return [
        send('known', shape('subject', { a: 'x' })),
        send('unknown', shape('subject', { a: 'x', z: 1, o: { z: 1 }, l: [{ b: 'x', z: 1 }] }, { other: 1 })),
        send('kept', shape('subject', { k: { z: 1, b: { c: 'x', z: 1 } } })),
        send('in metadata', { ...shape('subject', {}), metadata: { name: 'subject', nothing: 1 } }),
        send(
          'twice',
          `{"apiVersion":"${group}/v1","kind":"Shape","metadata":{"name":"subject","name":"subject"},"spec":{"a":"x","a":"y"}}`,
        ),
        post(
          `${mode} YAML`,
          at,
          `apiVersion: ${group}/v1\nkind: Shape\nmetadata: {name: subject}\nspec: {a: x, z: 1}\n`,
          {
            contentType: YAML,
          },
        ),
      ];
    }),
  ),
  withShapes(
    'bodies',
    [version({ schema: specOf({ a: { type: 'string' } }) })],
    [
      post('another kind', shapes, { ...shape('subject', {}), kind: 'Other' }),
      post(
        'another group',
        shapes,
        { ...shape('subject', {}), apiVersion: 'other.example.com/v1' },
        { contentType: 'application/json' },
      ),
      post('no kind', shapes, { metadata: { name: 'subject' } }),
      post('no version', shapes, { kind: 'Shape', metadata: { name: 'subject' } }),
      post('a list', shapes, '[]'),
      post('null', shapes, 'null'),
      post('nothing', shapes, ''),
      post('no JSON', shapes, '{'),
      post('labels of a wrong type', shapes, {
        ...shape('subject', {}),
        metadata: { name: 'subject', labels: { a: 5 } },
      }),
      post('metadata of a wrong type', shapes, { ...shape('subject', {}), metadata: 'x' }),
      post('no name', shapes, { ...shape('subject', {}), metadata: {} }),
      post('a bad name', shapes, shape('Subject', {})),
      post('another namespace', shapes, { ...shape('subject', {}), metadata: { name: 'subject', namespace: 'other' } }),
      post('spec of a wrong type', shapes, shape('subject', 5)),
      post('text', shapes, 'text', { contentType: 'text/plain' }),
      post('generated name', shapes, { ...shape('subject', {}), metadata: { generateName: 'made-' } }),
      post('finalizers', shapes, {
        ...shape('held', {}),
        metadata: { name: 'held', finalizers: ['example', 'example.com', 'example.com/a'] },
      }),
      patch('merge', 'let go', `${shapes}/held`, { metadata: { finalizers: null } }),
    ],
  ),
  withShapes(
    'reads',
    [version({ schema: specOf({ a: { type: 'string' } }) })],
    [
      get('empty list', shapes),
      post('create', shapes, shape('subject', { a: 'x' })),
      post('again', shapes, shape('subject', { a: 'x' })),
      get('get', `${shapes}/subject`),
      get('as YAML', `${shapes}/subject`, { accept: YAML }),
      get('as protobuf', `${shapes}/subject`, { accept: PROTOBUF }),
      get('as protobuf or JSON', `${shapes}/subject`, { accept: `${PROTOBUF},application/json` }),
      get('as table', `${shapes}/subject`, { accept: TABLE }),
      get('as metadata', `${shapes}/subject`, { accept: PARTIAL }),
      get('metadata in protobuf', `${shapes}/subject`, { accept: PARTIAL.replace('application/json', PROTOBUF) }),
      get('list', shapes),
      get('list of all', `/apis/${group}/v1/shapes`),
      get('list as YAML', shapes, { accept: YAML }),
      get('list as protobuf', shapes, { accept: PROTOBUF }),
      get('list as table', shapes, { accept: TABLE }),
      get('list as metadata', shapes, { accept: PARTIAL_LIST }),
      get('list of one', `${shapes}?limit=1`),
      get('by name', `${shapes}?fieldSelector=metadata.name%3Dsubject`),
      get('by another field', `${shapes}?fieldSelector=spec.a%3Dx`),
      get('by label', `${shapes}?labelSelector=a%3Db`),
      get('not there', `${shapes}/nothing`),
      get('no such subresource', `${shapes}/subject/nothing`),
      get('no such resource', `/apis/${group}/v1/namespaces/{ns}/others`),
      get('no such version', `/apis/${group}/v9/namespaces/{ns}/shapes`),
      get('without its namespace', `/apis/${group}/v1/shapes/subject`),
      remove('of what is not there', `${shapes}/nothing`),
      remove('delete', `${shapes}/subject`),
    ],
  ),
  withShapes(
    'writes',
    [version({ schema: specOf({ a: { type: 'string', maxLength: 3 } }) })],
    [
      put('set what is not there', `${shapes}/subject`, shape('subject', { a: 'x' })),
      post('create', shapes, shape('subject', { a: 'x' })),
      put('without a version', `${shapes}/subject`, shape('subject', { a: 'y' })),
      put('set', `${shapes}/subject`, (seen) => ({ ...seen.body('create'), spec: { a: 'y' } })),
      put('stale', `${shapes}/subject`, (seen) => ({ ...seen.body('create'), spec: { a: 'z' } })),
      put('same', `${shapes}/subject`, (seen) => seen.body('set')),
      put('too long', `${shapes}/subject`, (seen) => ({ ...seen.body('set'), spec: { a: 'long' } })),
      put('another name', `${shapes}/other`, (seen) => seen.body('set')),
      patch('merge', 'merge patch', `${shapes}/subject`, { spec: { a: 'z' }, metadata: { labels: { a: 'b' } } }),
      patch('merge', 'refused', `${shapes}/subject`, { spec: { a: 'long' } }),
      patch('merge', 'unknown field', `${shapes}/subject`, { spec: { b: 1 } }),
      patch('merge', 'unknown field, strict', `${shapes}/subject?fieldValidation=Strict`, { spec: { b: 1 } }),
      patch('merge', 'another kind', `${shapes}/subject`, { kind: 'Other' }),
      patch('merge', 'another version', `${shapes}/subject`, { apiVersion: `${group}/v2` }),
      patch('merge', 'status without a subresource', `${shapes}/subject`, { status: { any: 1 } }),
      patch('json', 'JSON patch', `${shapes}/subject`, [{ op: 'replace', path: '/spec/a', value: 'w' }]),
      patch('json', 'failing test', `${shapes}/subject`, [{ op: 'test', path: '/spec/a', value: 'nothing' }]),
      patch('json', 'to another type', `${shapes}/subject`, [{ op: 'replace', path: '/spec', value: 5 }]),
      patch('strategic', 'strategic patch', `${shapes}/subject`, { spec: { a: 'v' } }),
      patch('merge', 'unknown type', `${shapes}/subject`, {}, { contentType: 'application/json' }),
      patch('merge', 'labels only', `${shapes}/subject`, { metadata: { labels: { a: 'c' } } }),
      patch('merge', 'dry run', `${shapes}/subject?dryRun=All`, { spec: { a: 'u' } }),
      get('get', `${shapes}/subject`),
      remove('of a collection', shapes),
      get('nothing left', shapes),
    ],
  ),
  withShapes(
    'status and scale',
    [
      version({
        schema: specOf({ count: { type: 'integer' }, a: { type: 'string' } }),
        subresources: { status: {}, scale },
      }),
    ],
    [
      post('create', shapes, shape('subject', { a: 'x' }, { status: { count: 3 } })),
      get('scale without replicas', `${shapes}/subject/scale`),
      patch('merge', 'replicas', `${shapes}/subject`, { spec: { count: 2 }, status: { count: 9 } }),
      get('scale', `${shapes}/subject/scale`),
      get('scale as table', `${shapes}/subject/scale`, { accept: TABLE }),
      get('status', `${shapes}/subject/status`),
      patch('merge', 'set status', `${shapes}/subject/status`, {
        spec: { count: 7 },
        status: { count: 5, selector: 'a=b' },
        metadata: { labels: { a: 'b' } },
      }),
      get('scale with status', `${shapes}/subject/scale`),
      patch('merge', 'set scale', `${shapes}/subject/scale`, { spec: { replicas: 4 } }),
      patch('merge', 'negative scale', `${shapes}/subject/scale`, { spec: { replicas: -1 } }),
      put('set scale whole', `${shapes}/subject/scale`, (seen) => ({
        ...seen.body('set scale'),
        metadata: { name: 'subject', namespace: '{ns}' },
        spec: { replicas: 6 },
      })),
      patch('merge', 'negative replicas', `${shapes}/subject`, { spec: { count: -1 } }),
      patch('merge', 'negative status replicas', `${shapes}/subject/status`, { status: { count: -1 } }),
      patch('merge', 'selector of a wrong type', `${shapes}/subject/status`, { status: { selector: 5 } }),
      put('put status', `${shapes}/subject/status`, (seen) => ({
        ...seen.body('set status'),
        metadata: { name: 'subject' },
        status: { count: 1 },
      })),
      get('get', `${shapes}/subject`),
      remove('delete status', `${shapes}/subject/status`),
      post('create status', `${shapes}/subject/status`, shape('subject', {})),
    ],
  ),
  withShapes(
    'columns',
    [
      version({
        schema: specOf({
          text: { type: 'string' },
          number: { type: 'integer' },
          fraction: { type: 'number' },
          flag: { type: 'boolean' },
          when: { type: 'string' },
          list: { type: 'array', items: { type: 'string' } },
          object: { type: 'object', additionalProperties: { type: 'string' } },
        }),
        additionalPrinterColumns: [
          { name: 'Text', type: 'string', jsonPath: '.spec.text', description: 'Some text.' },
          { name: 'Number', type: 'integer', jsonPath: '.spec.number', format: 'int32', priority: 1 },
          { name: 'Fraction', type: 'number', jsonPath: '.spec.fraction' },
          { name: 'Whole', type: 'integer', jsonPath: '.spec.fraction' },
          { name: 'Flag', type: 'boolean', jsonPath: '.spec.flag' },
          { name: 'When', type: 'date', jsonPath: '.spec.when' },
          { name: 'List', type: 'string', jsonPath: '.spec.list' },
          { name: 'First', type: 'string', jsonPath: '.spec.list[0]' },
          { name: 'All', type: 'string', jsonPath: '.spec.list[*]' },
          { name: 'Object', type: 'string', jsonPath: '.spec.object' },
          { name: 'Dotted', type: 'string', jsonPath: '.spec.object.a\\.b' },
          { name: 'Number as text', type: 'string', jsonPath: '.spec.number' },
          { name: 'Flag as text', type: 'string', jsonPath: '.spec.flag' },
          { name: 'Text as number', type: 'integer', jsonPath: '.spec.text' },
          { name: 'Fraction as text', type: 'string', jsonPath: '.spec.fraction' },
        ],
      }),
    ],
    [
      post(
        'create',
        shapes,
        shape('subject', {
          text: 'some',
          number: 3,
          fraction: 1.5,
          flag: false,
          when: '2020-01-01T00:00:00Z',
          list: ['a', 'b'],
          object: { 'a.b': 'c', d: 'e' },
        }),
      ),
      post('create another', shapes, shape('zero', { when: 'not a time' })),
      get('list', shapes, { accept: TABLE }),
      get('get', `${shapes}/subject`, { accept: TABLE }),
      get('with objects', `${shapes}?includeObject=Object`, { accept: TABLE }),
    ],
  ),
  withShapes(
    'selectable fields',
    [
      version({
        schema: specOf({ colour: { type: 'string' }, size: { type: 'integer' }, flag: { type: 'boolean' } }),
        selectableFields: [{ jsonPath: '.spec.colour' }, { jsonPath: '.spec.size' }, { jsonPath: '.spec.flag' }],
      }),
    ],
    [
      post('red', shapes, shape('red', { colour: 'red', size: 1 })),
      post('blue', shapes, shape('blue', { colour: 'blue', size: 2, flag: true })),
      get('by text', `${shapes}?fieldSelector=spec.colour%3Dred`),
      get('by number', `${shapes}?fieldSelector=spec.size%3D2`),
      get('by flag', `${shapes}?fieldSelector=spec.flag%3Dtrue`),
      get('by what is not set', `${shapes}?fieldSelector=spec.flag%3D`),
      get('by two', `${shapes}?fieldSelector=spec.colour%3Dred,spec.size%3D2`),
      get('by another', `${shapes}?fieldSelector=spec.other%3Dred`),
    ],
  ),
  withShapes(
    'versions',
    [
      version({
        name: 'v1',
        storage: false,
        schema: specOf({ a: { type: 'string' }, old: { type: 'string' } }),
        deprecated: true,
        additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: '.spec.a' }],
      }),
      version({
        name: 'v2',
        schema: specOf({ a: { type: 'string', maxLength: 3 }, new: { type: 'string', default: 'x' } }),
      }),
      version({ name: 'v2beta1', storage: false, deprecated: true, deprecationWarning: 'v2beta1 goes away' }),
      version({ name: 'v3', storage: false, served: false }),
    ],
    [
      get('group', `/apis/${group}`),
      get('v1', `/apis/${group}/v1`),
      get('v2', `/apis/${group}/v2`),
      get('v3', `/apis/${group}/v3`),
      post('create in v1', shapes, shape('one', { a: 'x', old: 'y' })),
      get('in v2', `${shapesIn('v2')}/one`),
      get('in v2beta1', `${shapesIn('v2beta1')}/one`),
      get('in v3', `${shapesIn('v3')}/one`),
      post('create in v2', shapesIn('v2'), { ...shape('two', { a: 'x', new: 'y' }), apiVersion: `${group}/v2` }),
      get('in v1', `${shapes}/two`),
      get('list in v1', shapes),
      get('list in v2', shapesIn('v2')),
      get('table in v1', shapes, { accept: TABLE }),
      get('table in v2', shapesIn('v2'), { accept: TABLE }),
      post('v1 body to v2', shapesIn('v2'), shape('three', {})),
      post('long in v1', shapes, shape('long', { a: 'long' })),
      patch('merge', 'change in v1', `${shapes}/two`, { spec: { a: 'y' } }),
      get('again in v2', `${shapesIn('v2')}/two`),
    ],
  ),
  withShapes(
    'server-side apply',
    [
      version({
        schema: specOf({
          a: { type: 'string' },
          d: { type: 'string', default: 'x' },
          set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
          atomic: { type: 'array', items: { type: 'string' } },
          keyed: values.keyed?.[0] ?? {},
          map: { type: 'object', additionalProperties: { type: 'string' } },
          whole: {
            type: 'object',
            'x-kubernetes-map-type': 'atomic',
            properties: { x: { type: 'string' }, y: { type: 'string' } },
          },
          free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          lists: { type: 'object', additionalProperties: values.keyed?.[0] ?? {} },
        }),
        subresources: { status: {} },
      }),
    ],
    [
      applied('one makes it', 'one', {
        a: 'x',
        set: ['a'],
        atomic: ['a'],
        keyed: [{ k: 'a', v: 1 }],
        map: { a: 'x' },
        whole: { x: 'x' },
        free: { a: { b: 1 } },
        lists: { a: [{ k: 'a', v: 1 }] },
      }),
      applied('another adds', 'two', {
        set: ['b'],
        keyed: [{ k: 'b', v: 2 }],
        map: { b: 'y' },
        free: { c: 1 },
        lists: { a: [{ k: 'b', v: 2 }] },
      }),
      applied('conflict on a field', 'two', { a: 'y' }),
      applied('conflict on an item', 'two', { keyed: [{ k: 'a', v: 2 }] }),
      applied('conflict on what is atomic', 'two', { atomic: ['b'], whole: { y: 'y' } }),
      applied('forced', 'two', { a: 'y', keyed: [{ k: 'a', v: 2 }] }, '&force=true'),
      applied('one gives up', 'one', { a: 'y' }),
      applied('invalid', 'two', { keyed: [{ v: 1 }] }),
      applied('unknown field', 'two', { nothing: 1 }),
      applied('unknown field, strict', 'two', { nothing: 1 }, '&fieldValidation=Strict'),
      get('get', `${shapes}/subject`),
    ],
  ),
  withShapes(
    'watch',
    [version({ schema: specOf({ a: { type: 'string' } }) })],
    [
      post('create', shapes, shape('subject', { a: 'x' })),
      get('watch', `${shapes}?watch=true&timeoutSeconds=20`, {
        watch: {
          events: 4,
          during: [
            patch('merge', 'change', `${shapes}/subject`, { spec: { a: 'y' } }),
            post('another', shapes, shape('another', {})),
            remove('delete', `${shapes}/subject`),
          ],
        },
      }),
      get(
        'initial events',
        `${shapes}?watch=true&timeoutSeconds=20&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan`,
        {
          watch: { events: 2 },
        },
      ),
      get(
        'as table',
        `${shapes}?watch=true&timeoutSeconds=20&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan`,
        {
          accept: TABLE,
          watch: { events: 2 },
        },
      ),
    ],
  ),
  withShapes(
    'discovery',
    [
      version({
        schema: specOf({ a: { type: 'string', description: 'A field.' } }),
        subresources: { status: {}, scale },
      }),
    ],
    [
      get('group', `/apis/${group}`),
      get('resources', `/apis/${group}/v1`),
      get('OpenAPI', `/openapi/v3/apis/${group}/v1`, { until: (_, status) => status === 200 }),
    ],
    { names: { ...names, shortNames: ['sp'], categories: ['all', 'drawings'] } },
  ),
  withShapes(
    'changes of a definition',
    [version({ schema: specOf({ a: { type: 'string' }, b: { type: 'string' } }) })],
    [
      post('create', shapes, shape('subject', { a: 'long', b: 'x' })),
      patch('json', 'narrow', definitionPath, [
        {
          op: 'replace',
          path: '/spec/versions/0/schema/openAPIV3Schema',
          value: specOf({ a: { type: 'string', maxLength: 2 }, c: { type: 'string', default: 'z' } }),
        },
      ]),
      get('as it is now', `${shapes}/subject`, { until: (body) => JSON.stringify(body).includes('"c"') }),
      patch('merge', 'what was wrong may stay', `${shapes}/subject`, { spec: { c: 'y' } }),
      patch('merge', 'what changes must be right', `${shapes}/subject`, { spec: { a: 'other' } }),
      post('too long', shapes, shape('other', { a: 'long' })),
    ],
  ),
  withShapes(
    'deletion of a definition',
    [version()],
    [
      post('create', shapes, shape('subject', {})),
      post('held', shapes, { ...shape('held', {}), metadata: { name: 'held', finalizers: ['example.com/held'] } }),
      remove('delete the definition', definitionPath),
      get('marked', `${shapes}/held`, { until: (body) => JSON.stringify(body).includes('deletionTimestamp') }),
      get('gone', `${shapes}/subject`, { until: (_, status) => status === 404 }),
      post('no more', shapes, shape('late', {})),
      get('discovered', `/apis/${group}/v1`),
      patch('merge', 'let go', `${shapes}/held`, { metadata: { finalizers: null } }),
      get('definition gone', definitionPath, { until: (_, status) => status === 404 }),
      get('resource gone', shapes, { until: (_, status) => status === 404 }),
      post('define again', definitions, definition([version()])),
      get('established again', definitionPath, { until: (body) => isTrue(body, 'Established') }),
      get('served again', shapes, { until: (_, status) => status === 200 }),
    ],
  ),
  {
    name: 'custom resources: defaults that are refused',
    steps: wrongDefaults.map((schema) =>
      post(
        JSON.stringify(schema),
        `${definitions}?dryRun=All`,
        definition([version({ schema: specOf({ a: schema }) })]),
      ),
    ),
  },
  {
    name: 'custom resources: conflicts of names',
    steps: [
      post('first', definitions, definition([version()], { names: { ...names, shortNames: ['sp'] } })),
      established,
      post('same kind', definitions, {
        ...definition([version()], { names: { ...names, plural: 'forms', singular: 'form', shortNames: ['sp'] } }),
        metadata: { name: `forms.${group}` },
      }),
      get('not accepted', `${definitions}/forms.${group}`, {
        until: (body) => JSON.stringify(body).includes('NamesAccepted'),
      }),
      get('not served', `/apis/${group}/v1/forms`),
      remove('delete the first', definitionPath),
      get('first gone', definitionPath, { until: (_, status) => status === 404 }),
      get('accepted', `${definitions}/forms.${group}`, { until: (body) => isTrue(body, 'Established') }),
    ],
  },
  withShapes(
    'cluster-scoped',
    [version({ schema: specOf({ a: { type: 'string' } }) })],
    [
      post('create', `/apis/${group}/v1/shapes`, shape('subject', { a: 'x' })),
      post('with a namespace', `/apis/${group}/v1/shapes`, {
        ...shape('other', {}),
        metadata: { name: 'other', namespace: 'default' },
      }),
      get('get', `/apis/${group}/v1/shapes/subject`),
      get('in a namespace', `${shapes}/subject`),
      get('list in a namespace', shapes),
      get('list', `/apis/${group}/v1/shapes`),
    ],
    { scope: 'Cluster' },
  ),
];
