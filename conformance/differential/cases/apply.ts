/** Server-side apply: creation, ownership, conflicts, removal, and what is refused. */
import {
  APPLY,
  apply,
  type Case,
  get,
  type Json,
  type JsonObject,
  patch,
  post,
  put,
  remove,
  type Step,
  YAML,
} from '../case.ts';
import { configMap, configMaps, deployment, deployments, pod, pods, service, services } from './objects.ts';

const target = `${configMaps}/subject`;
const config = (data: Json, more: JsonObject = {}): JsonObject => configMap('subject', { data, ...more });
const labelled = (labels: Json, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'subject', labels, ...metadata },
});

/** Each refused before it changes anything. */
const refusals = (path: string, bodies: readonly (readonly [string, Json, Parameters<typeof apply>[3]?])[]): Step[] =>
  bodies.map(([name, body, options]) => apply(name, path, body, options));

const named = (metadata: JsonObject): JsonObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata });

const wrongBodies = refusals(target, [
  ['empty', ''],
  ['null', 'null'],
  ['number', '5'],
  ['text', '"x"'],
  ['list', '[]'],
  ['no object at all', '{}'],
  ['malformed YAML', 'a: [b'],
  ['malformed JSON', '{"apiVersion":'],
  ['two documents', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: subject\n---\nkind: ConfigMap\n'],
  ['no kind', { apiVersion: 'v1', metadata: { name: 'subject' } }],
  ['no apiVersion', { kind: 'ConfigMap', metadata: { name: 'subject' } }],
  ['another kind', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'subject' } }],
  ['another version', { apiVersion: 'v2', kind: 'ConfigMap', metadata: { name: 'subject' } }],
  ['another group', { apiVersion: 'apps/v1', kind: 'ConfigMap', metadata: { name: 'subject' } }],
  ['unknown kind', { apiVersion: 'v1', kind: 'Unheard', metadata: { name: 'subject' } }],
  ['no metadata', { apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } }],
  ['metadata null', { apiVersion: 'v1', kind: 'ConfigMap', metadata: null }],
  ['no name', named({ labels: { a: 'b' } })],
  ['generateName', named({ generateName: 'sub' })],
  ['another name', named({ name: 'other' })],
  ['another namespace', named({ name: 'subject', namespace: 'other' })],
  ['name is a number', named({ name: 5 })],
  ['labels are a list', named({ name: 'subject', labels: [] })],
  ['label is a number', named({ name: 'subject', labels: { a: 1 } })],
  ['label is not valid', named({ name: 'subject', labels: { a: 'not valid!' } })],
  ['data is a text', config('x')],
  ['data holds a number', config({ a: 1 })],
  ['uid of nobody', named({ name: 'subject', uid: '11111111-2222-3333-4444-555555555555' })],
  ['resourceVersion', named({ name: 'subject', resourceVersion: '1' })],
  ['managedFields', named({ name: 'subject', managedFields: [] })],
  [
    'managedFields of somebody',
    named({ name: 'subject', managedFields: [{ manager: 'x', operation: 'Apply', apiVersion: 'v1' }] }),
  ],
  ['managedFields null', named({ name: 'subject', managedFields: null })],
]);

const parameters: Step[] = [
  apply('no manager', target, config({}), { manager: '' }),
  apply('empty manager', target, config({}), { manager: '', query: 'fieldManager=' }),
  apply('long manager', target, config({}), { manager: 'm'.repeat(129) }),
  apply('manager of 128 characters', target, config({}), { manager: 'm'.repeat(128) }),
  apply('unprintable manager', target, config({}), { manager: 'a\u0007b' }),
  apply('manager in another script', target, config({}), { manager: 'ключ' }),
  apply('force is false', target, config({}), { query: 'force=false' }),
  apply('force is no truth', target, config({}), { query: 'force=banana' }),
  apply('dry run', target, config({ a: '5' }), { query: 'dryRun=All' }),
  apply('dry run of a part', target, config({ a: '5' }), { query: 'dryRun=Some' }),
  apply('unknown validation', target, config({}), { query: 'fieldValidation=Maybe' }),
  patch('merge', 'force of a merge patch', `${target}?force=true`, {}),
  patch('merge', 'no force of a merge patch', `${target}?force=false`, {}),
  patch('merge', 'manager of a merge patch', `${target}?fieldManager=merger`, { data: { merged: 'yes' } }),
  patch('merge', 'long manager of a merge patch', `${target}?fieldManager=${'m'.repeat(129)}`, {}),
  put('long manager of an update', `${target}?fieldManager=${'m'.repeat(129)}`, config({})),
  post('long manager of a creation', `${configMaps}?fieldManager=${'m'.repeat(129)}`, configMap('other')),
  post('unprintable manager of a creation', `${configMaps}?fieldManager=%07`, configMap('other')),
];

const unknownFields: Step[] = ['Ignore', 'Warn', 'Strict', ''].flatMap((validation) => {
  const query = { query: validation === '' ? 'dryRun=All' : `dryRun=All&fieldValidation=${validation}` };
  const by = validation === '' ? 'by default' : validation;
  return [
    apply(`unknown fields, ${by}`, target, { ...config({ a: '1' }), unheard: 1 }, query),
    apply(
      `unknown fields in the metadata, ${by}`,
      target,
      config({ a: '1' }, { metadata: { name: 'subject', of: 2 } }),
      query,
    ),
    apply(
      `doubled fields as JSON, ${by}`,
      target,
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"subject"},"data":{"a":"1","a":"2"}}',
      query,
    ),
    apply(
      `doubled fields as YAML, ${by}`,
      target,
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: subject\ndata:\n  a: "1"\n  a: "2"\n',
      query,
    ),
    apply(
      `unknown and doubled fields as YAML, ${by}`,
      target,
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: subject\nunheard: 1\ndata:\n  a: "1"\n  a: "2"\n',
      query,
    ),
  ];
});

export const applyCases: readonly Case[] = [
  {
    name: 'apply: creation',
    steps: [
      apply('dry run', target, config({ a: '1' }), { query: 'dryRun=All' }),
      get('nothing is there', target),
      apply('create', target, config({ a: '1', b: '2' })),
      apply('again', target, config({ a: '1', b: '2' })),
      get('get', target),
      apply(
        'as YAML',
        `${configMaps}/yaml`,
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: "1"\n',
        { accept: YAML },
      ),
      apply('with a namespace', `${configMaps}/spaced`, {
        ...configMap('spaced'),
        metadata: { name: 'spaced', namespace: '{ns}' },
      }),
      apply(
        'with a uid',
        `${configMaps}/unique`,
        named({ name: 'unique', uid: '11111111-2222-3333-4444-555555555555' }),
      ),
      apply('with a resourceVersion', `${configMaps}/versioned`, named({ name: 'versioned', resourceVersion: '1' })),
      apply('with resourceVersion 0', `${configMaps}/versioned`, named({ name: 'versioned', resourceVersion: '0' })),
      apply(
        'with an empty resourceVersion',
        `${configMaps}/versioned`,
        named({ name: 'versioned', resourceVersion: '' }),
      ),
      apply('with managedFields', `${configMaps}/managed`, named({ name: 'managed', managedFields: [] })),
      apply('that is not valid', `${configMaps}/labelled`, named({ name: 'labelled', labels: { a: 'not valid!' } })),
      apply('of a name that is not valid', `${configMaps}/Not_Valid`, named({ name: 'Not_Valid' })),
      apply('with status and system fields', `${pods}/system`, {
        ...pod('system', { containers: [{ name: 'a', image: 'a' }] }),
        metadata: {
          name: 'system',
          generation: 7,
          selfLink: '/x',
          creationTimestamp: '2020-01-01T00:00:00Z',
          finalizers: ['example.com/f'],
        },
        status: { phase: 'Running' },
      }),
      patch('merge', 'finalizers away', `${pods}/system`, { metadata: { finalizers: null } }),
      apply('in a namespace that is not there', '/api/v1/namespaces/not-there/configmaps/subject', config({})),
      apply('of a kind that is not there', '/api/v1/namespaces/{ns}/unheard/subject', config({})),
      apply('of a collection', configMaps, config({})),
      apply('of a cluster-scoped object', '/api/v1/namespaces/{ns}-applied', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: '{ns}-applied', labels: { a: 'b' } },
      }),
      remove('delete', target),
      apply('create after deletion', target, config({ c: '3' })),
    ],
  },
  {
    name: 'apply: bodies that are refused',
    steps: [apply('create', target, config({ a: '1', b: '2' }))],
    independent: wrongBodies,
  },
  {
    name: 'apply: bodies that are refused where nothing is there',
    steps: [],
    independent: wrongBodies
      .filter(({ name }) => name !== 'resourceVersion')
      .map((step) => ({ ...step, path: `${String(step.path)}&dryRun=All` })),
  },
  {
    name: 'apply: parameters',
    steps: [apply('create', target, config({ a: '1' })), ...parameters, get('get', target)],
  },
  {
    name: 'apply: strict validation',
    steps: [apply('create', target, config({ a: '5' }))],
    independent: [
      ...unknownFields,
      apply(
        'strict creation',
        `${configMaps}/strict`,
        { ...configMap('strict'), unheard: 1 },
        { query: 'fieldValidation=Strict' },
      ),
      apply(
        'unknown fields deep inside',
        `${deployments}/deep`,
        deployment('deep', {
          template: { metadata: { labels: { app: 'deep' } }, spec: { containers: [{ name: 'a', image: 'a', of: 1 }] } },
        }),
      ),
    ],
  },
  {
    name: 'apply: media types',
    steps: [
      apply('create', target, config({ a: '1' })),
      apply('YAML with parameters', target, config({ a: '1' }), { contentType: `${APPLY}; charset=utf-8` }),
      apply('CBOR', target, config({ a: '1' }), { contentType: 'application/apply-patch+cbor' }),
      apply('JSON', target, config({ a: '1' }), { contentType: 'application/apply-patch+json' }),
      apply('partial answer', target, config({ a: '2' }), {
        accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
      }),
      apply('table', target, config({ a: '3' }), { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }),
      apply('protobuf answer', target, config({ a: '4' }), { accept: 'application/vnd.kubernetes.protobuf' }),
    ],
  },
  {
    name: 'apply: no change keeps the revision',
    steps: [
      apply('create', target, config({ a: '1' })),
      apply('same', target, config({ a: '1' })),
      apply('same, other order', target, {
        data: { a: '1' },
        metadata: { name: 'subject' },
        kind: 'ConfigMap',
        apiVersion: 'v1',
      }),
      apply('same with force', target, config({ a: '1' }), { force: true }),
      apply('same by another', target, config({ a: '1' }), { manager: 'two' }),
      apply('same by another again', target, config({ a: '1' }), { manager: 'two' }),
      put('same by update', target, (seen) => seen.body('same by another again')),
      patch('merge', 'same by merge patch', target, { data: { a: '1' } }),
      get('get', target),
    ],
  },
  {
    name: 'apply: conflicts',
    steps: [
      apply('create', target, config({ a: '1', b: '2', c: '3' })),
      apply('one field', target, config({ a: '9' }), { manager: 'two' }),
      apply('two fields', target, config({ a: '9', b: '9' }), { manager: 'two' }),
      apply(
        'two fields and a label',
        target,
        config({ a: '9', b: '9', d: '4' }, { metadata: { name: 'subject', labels: { x: 'y' } } }),
        { manager: 'two' },
      ),
      apply('same values', target, config({ a: '1', b: '2' }), { manager: 'two' }),
      apply('change of what is shared', target, config({ a: '8', b: '2', c: '3' })),
      apply('force', target, config({ a: '9', b: '2' }), { manager: 'two', force: true }),
      apply('the first goes on', target, config({ a: '1', b: '2', c: '3' })),
      apply('the first gives in', target, config({ b: '2', c: '3' })),
      apply('a third', target, config({ a: '7', b: '7', c: '7' }), { manager: 'three' }),
      apply('a third, dry run', target, config({ a: '7' }), { manager: 'three', query: 'dryRun=All' }),
      apply('a third by force, dry run', target, config({ a: '7' }), {
        manager: 'three',
        force: true,
        query: 'dryRun=All',
      }),
      get('get', target),
      patch('merge', 'merge patch', target, { data: { a: 'patched' } }),
      apply('conflict with a patch', target, config({ a: '9', b: '2' }), { manager: 'two' }),
      patch('merge', 'merge patch by another', `${target}?fieldManager=patcher`, { data: { b: 'patched' } }),
      apply('conflict with patches', target, config({ a: '9', b: '2' }), { manager: 'two' }),
      apply('conflict of the first with a patch', target, config({ b: '2', c: '3' })),
      apply('force over patches', target, config({ a: '9', b: '2' }), { manager: 'two', force: true }),
      get('get at the end', target),
    ],
  },
  {
    name: 'apply: conflicts with several managers deep inside',
    steps: [
      apply('create', `${deployments}/subject`, deployment('subject')),
      patch('strategic', 'set image', `${deployments}/subject?fieldManager=setter`, {
        spec: { replicas: 4, template: { spec: { containers: [{ name: 'c', image: 'other' }] } } },
      }),
      apply('conflicts', `${deployments}/subject`, deployment('subject', { replicas: 1 }), { manager: 'two' }),
      apply('conflicts of the first', `${deployments}/subject`, deployment('subject', { replicas: 1 })),
      apply(
        'strategy',
        `${deployments}/subject`,
        deployment('subject', { replicas: 4, strategy: { type: 'Recreate' }, minReadySeconds: 5 }),
      ),
      get('get', `${deployments}/subject`),
    ],
  },
  {
    name: 'apply: removal',
    steps: [
      apply('create', target, config({ a: '1', b: '2', c: '3' })),
      apply('b is shared', target, config({ b: '2' }), { manager: 'two' }),
      apply('without b and c', target, config({ a: '1' })),
      patch('merge', 'd is added', target, { data: { d: '4' } }),
      apply('without any', target, named({ name: 'subject' })),
      apply('the other without any', target, named({ name: 'subject' }), { manager: 'two' }),
      get('get', target),
      apply('labels', target, labelled({ a: 'b', c: 'd' })),
      apply('one label', target, labelled({ a: 'b' })),
      apply('empty labels', target, labelled({})),
      apply('null labels', target, labelled(null)),
      apply('null label', target, labelled({ a: null })),
      apply('null data', target, config(null)),
      apply('null value', target, config({ d: null })),
      apply('empty data', target, config({})),
      get('get at the end', target),
    ],
  },
  {
    name: 'apply: removal of what has a default',
    steps: [
      apply(
        'create',
        `${deployments}/subject`,
        deployment('subject', { replicas: 3, minReadySeconds: 5, paused: true }),
      ),
      apply('without', `${deployments}/subject`, deployment('subject')),
      apply(
        'with rolling update',
        `${deployments}/subject`,
        deployment('subject', { strategy: { rollingUpdate: { maxSurge: 3 } } }),
      ),
      apply('without rolling update', `${deployments}/subject`, deployment('subject')),
      apply('handed over, first', `${deployments}/subject`, deployment('subject', { replicas: 5 }), {
        manager: 'scaler',
        force: true,
      }),
      apply('handed over, then', `${deployments}/subject`, deployment('subject')),
      get('get', `${deployments}/subject`),
    ],
  },
  {
    name: 'apply: shared ownership',
    steps: [
      apply('create', target, labelled({ app: 'x', mine: '1' }, { annotations: { 'example.com/a': '1' } })),
      apply('second', target, labelled({ app: 'x', yours: '2' }), { manager: 'two' }),
      apply('third', target, labelled({ app: 'x' }), { manager: 'three' }),
      apply('first lets go', target, labelled({ mine: '1' })),
      apply('second lets go', target, labelled({ yours: '2' }), { manager: 'two' }),
      apply('third lets go', target, labelled({}), { manager: 'three' }),
      patch('json', 'somebody removes', target, [{ op: 'remove', path: '/metadata/labels/yours' }]),
      apply('second again', target, labelled({ yours: '2' }), { manager: 'two' }),
      patch('merge', 'somebody removes all', target, { metadata: { labels: null, annotations: null } }),
      get('get', target),
    ],
  },
  {
    name: 'apply: one manager applies and updates',
    steps: [
      apply('create', target, config({ a: '1' })),
      patch('merge', 'update', `${target}?fieldManager=one`, { data: { a: '2', b: '2' } }),
      apply('apply over its own update', target, config({ a: '1', b: '1' })),
      apply('without b', target, config({ a: '1' })),
      get('get', target),
    ],
  },
  {
    name: 'apply: uid and resourceVersion',
    steps: [
      apply('create', target, config({ a: '1' })),
      apply('right uid', target, (seen) =>
        config(
          { a: '2' },
          { metadata: { name: 'subject', uid: String((seen.body('create').metadata as JsonObject).uid) } },
        ),
      ),
      apply('stale resourceVersion', target, (seen) =>
        config(
          { a: '3' },
          {
            metadata: {
              name: 'subject',
              resourceVersion: String((seen.body('create').metadata as JsonObject).resourceVersion),
            },
          },
        ),
      ),
      apply('current resourceVersion', target, (seen) =>
        config(
          { a: '4' },
          {
            metadata: {
              name: 'subject',
              resourceVersion: String((seen.body('right uid').metadata as JsonObject).resourceVersion),
            },
          },
        ),
      ),
      apply(
        'empty resourceVersion',
        target,
        config({ a: '5' }, { metadata: { name: 'subject', resourceVersion: '' } }),
      ),
      apply(
        'resourceVersion that is none',
        target,
        config({ a: '5' }, { metadata: { name: 'subject', resourceVersion: 'x' } }),
      ),
      apply(
        'stale and in conflict',
        target,
        (seen) =>
          config(
            { a: '9' },
            {
              metadata: {
                name: 'subject',
                resourceVersion: String((seen.body('create').metadata as JsonObject).resourceVersion),
              },
            },
          ),
        { manager: 'two' },
      ),
      get('get', target),
    ],
  },
  {
    name: 'apply: results that are not valid',
    steps: [
      apply('create', `${services}/subject`, service('subject')),
      apply('port out of range', `${services}/subject`, service('subject', { ports: [{ port: 70000 }] })),
      apply('no ports', `${services}/subject`, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'subject' },
        spec: {},
      }),
      apply('wrong type', `${services}/subject`, service('subject', { ports: {} })),
      apply('wrong type of a number', `${services}/subject`, service('subject', { ports: [{ port: 'x' }] })),
      apply('number out of its type', `${services}/subject`, service('subject', { ports: [{ port: 4294967296 }] })),
      apply('fraction', `${services}/subject`, service('subject', { ports: [{ port: 1.5 }] })),
      apply('integer or text', `${services}/subject`, service('subject', { ports: [{ port: 80, targetPort: true }] })),
      apply('immutable', `${deployments}/subject`, deployment('subject')),
      apply(
        'immutable changed',
        `${deployments}/subject`,
        deployment('subject', { selector: { matchLabels: { app: 'other' } } }),
      ),
      apply(
        'quantity',
        `${pods}/quantity`,
        pod('quantity', { containers: [{ name: 'a', image: 'a', resources: { limits: { cpu: 'x' } } }] }),
      ),
      apply(
        'quantities',
        `${pods}/quantity`,
        pod('quantity', {
          containers: [{ name: 'a', image: 'a', resources: { limits: { cpu: 1, memory: '1024Mi' } } }],
        }),
      ),
      apply(
        'quantities written otherwise',
        `${pods}/quantity`,
        pod('quantity', {
          containers: [{ name: 'a', image: 'a', resources: { limits: { cpu: '1000m', memory: '1Gi' } } }],
        }),
      ),
      apply(
        'quantities written otherwise by another',
        `${pods}/quantity`,
        pod('quantity', {
          containers: [{ name: 'a', image: 'a', resources: { limits: { cpu: '1000m', memory: '1Gi' } } }],
        }),
        { manager: 'two' },
      ),
      apply('times written otherwise', `${pods}/quantity`, {
        ...pod('quantity', { containers: [{ name: 'a', image: 'a' }] }),
        status: { startTime: '2020-01-01T01:00:00+01:00' },
      }),
    ],
  },
];
