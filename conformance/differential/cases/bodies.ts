/** Request bodies that cannot be read, or only with care: syntax, types, unknown and duplicate fields, media types. */
import { type Case, type Json, patch, post, put, type Step } from '../case.ts';
import { configMap, configMaps, deployment, deployments, pod, pods, service, services } from './objects.ts';

const DRY = '?dryRun=All';
const raw = (name: string, body: string, more: Partial<Step> = {}): Step =>
  post(name, `${configMaps}${DRY}`, body, more);
const yaml = (name: string, body: string, query = DRY): Step =>
  post(name, `${configMaps}${query}`, body, { contentType: 'application/yaml' });
const inPod = (name: string, spec: { [key: string]: Json }): Step => post(name, `${pods}${DRY}`, pod('subject', spec));

const VALID = JSON.stringify(configMap('subject'));
const HUGE_TEXT = 4_000_000;
const DEEP = 10_001;

const levels = ['Ignore', 'Warn', 'Strict'] as const;
const atEachLevel = (step: (level: string) => Step): Step[] => levels.map((level) => step(level));

const sloppyPod = {
  ...pod('sloppy', {
    unheardOf: true,
    containers: [
      {
        name: 'a',
        image: 'x',
        Image: 'y',
        ports: [{ containerPort: 1, bogus: 2 }],
        resources: { limit: { cpu: '1' } },
      },
      { name: 'b', image: 'x', env: [{ name: 'E', valueFrom: { configMap: {} } }] },
    ],
  }),
  stray: { deep: { deeper: 1 } },
  metadata: { name: 'sloppy', label: { a: 'b' }, labels: { any: 'thing' }, clusterName: 'x' },
};
const DUPLICATES =
  '{"apiVersion":"v1","kind":"ConfigMap","kind":"ConfigMap","metadata":{"name":"twice","name":"twice","labels":{"a":"1","a":"2"}},' +
  '"data":{"k":"1","k":"2","k":"3"},"extra":1,"extra":2}';
const DUPLICATE_YAML =
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: twice\n  labels: {a: "1", a: "2"}\ndata:\n  k: "1"\n  k: "2"\nextra: 1\n';
const manyUnknown = configMap('many', Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`unknown${at}`, at])));

export const bodyCases: readonly Case[] = [
  {
    name: 'bodies: JSON syntax',
    steps: [
      raw('empty', ''),
      raw('white space', ' \n '),
      raw('truncated', VALID.slice(0, -5)),
      raw('trailing text', `${VALID}x`),
      raw('trailing object', `${VALID}{}`),
      raw('trailing white space', `${VALID}\n\n`),
      raw('trailing comma', '{"apiVersion":"v1","kind":"ConfigMap",}'),
      raw('single quotes', "{'apiVersion':'v1'}"),
      raw('comment', `${VALID} // x`),
      raw('byte order mark', `\uFEFF${VALID}`),
      raw('null', 'null'),
      raw('text', '"ConfigMap"'),
      raw('number', '5'),
      raw('list', `[${VALID}]`),
      raw('empty object', '{}'),
      raw('empty list', '[]'),
      raw('NaN', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","generation":NaN}}'),
      raw(
        'lone surrogate',
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"subject"},"data":{"k":"\\ud800"}}',
      ),
      raw(
        'control character',
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"subject"},"data":{"k":"a\tb"}}',
      ),
      raw('invalid escape', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"\\x41"}}'),
      post('invalid UTF-8', `${configMaps}${DRY}`, Buffer.from(VALID.replace('subject', 'sub\xFFject'), 'latin1')),
      raw(
        'too deep',
        `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"x":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`,
      ),
      raw('large', JSON.stringify(configMap('large', { data: { k: 'v'.repeat(HUGE_TEXT) } }))),
    ],
  },
  {
    name: 'bodies: kinds and versions',
    steps: [
      raw('no kind', '{"apiVersion":"v1","metadata":{"name":"subject"}}'),
      raw('no apiVersion', '{"kind":"ConfigMap","metadata":{"name":"subject"}}'),
      raw('neither', '{"metadata":{"name":"subject"}}'),
      raw('empty kind', '{"apiVersion":"v1","kind":"","metadata":{"name":"subject"}}'),
      raw('another kind', '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"subject"}}'),
      raw('unknown kind', '{"apiVersion":"v1","kind":"Nothing","metadata":{"name":"subject"}}'),
      raw('unknown version', '{"apiVersion":"v9","kind":"ConfigMap","metadata":{"name":"subject"}}'),
      raw('unknown group', '{"apiVersion":"example.com/v1","kind":"ConfigMap","metadata":{"name":"subject"}}'),
      raw('malformed version', '{"apiVersion":"a/b/c","kind":"ConfigMap","metadata":{"name":"subject"}}'),
      raw('version as a number', '{"apiVersion":1,"kind":"ConfigMap","metadata":{"name":"subject"}}'),
      raw('kind as an object', '{"apiVersion":"v1","kind":{},"metadata":{"name":"subject"}}'),
      raw('lower case kind', '{"apiVersion":"v1","kind":"configmap","metadata":{"name":"subject"}}'),
      raw('capital field names', '{"ApiVersion":"v1","Kind":"ConfigMap","Metadata":{"name":"subject"}}'),
      raw('list of the kind', '{"apiVersion":"v1","kind":"ConfigMapList","items":[]}'),
      raw('a status', '{"apiVersion":"v1","kind":"Status","metadata":{}}'),
      post('core kind of a group', `${deployments}${DRY}`, configMap('subject')),
      post('kind in the wrong version', `${deployments}${DRY}`, {
        ...deployment('subject'),
        apiVersion: 'apps/v1beta1',
      }),
      post('kind in the wrong group', `${deployments}${DRY}`, {
        ...deployment('subject'),
        apiVersion: 'extensions/v1beta1',
      }),
      post('kind in the core group', `${deployments}${DRY}`, { ...deployment('subject'), apiVersion: 'v1' }),
    ],
  },
  {
    name: 'bodies: metadata',
    steps: [
      raw('no metadata', '{"apiVersion":"v1","kind":"ConfigMap"}'),
      raw('null metadata', '{"apiVersion":"v1","kind":"ConfigMap","metadata":null}'),
      raw('empty name', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":""}}'),
      raw('name as a number', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":5}}'),
      raw('metadata as text', '{"apiVersion":"v1","kind":"ConfigMap","metadata":"subject"}'),
      raw('metadata as a list', '{"apiVersion":"v1","kind":"ConfigMap","metadata":[]}'),
      ...(
        [
          ['another namespace', { namespace: 'elsewhere' }],
          ['the same namespace', { namespace: '{ns}' }],
          ['uid', { uid: '11111111-2222-3333-4444-555555555555' }],
          ['resourceVersion', { resourceVersion: '5' }],
          ['resourceVersion zero', { resourceVersion: '0' }],
          ['creationTimestamp', { creationTimestamp: '2020-01-01T00:00:00Z' }],
          ['malformed creationTimestamp', { creationTimestamp: 'yesterday' }],
          ['deletionTimestamp', { deletionTimestamp: '2020-01-01T00:00:00Z' }],
          ['deletionGracePeriodSeconds', { deletionGracePeriodSeconds: 5 }],
          ['generation', { generation: 7 }],
          ['negative generation', { generation: -7 }],
          ['selfLink', { selfLink: '/somewhere' }],
          ['generateName too', { generateName: 'other-' }],
          ['empty labels', { labels: {}, annotations: {} }],
          ['null labels', { labels: null }],
          ['null label value', { labels: { a: null } }],
          ['number as label value', { labels: { a: 1 } }],
          ['labels as a list', { labels: ['a'] }],
          ['empty lists', { finalizers: [], ownerReferences: [], managedFields: [] }],
          ['managedFields', { managedFields: [{ manager: 'm', operation: 'Update', apiVersion: 'v1' }] }],
          ['invalid managedFields', { managedFields: [{ manager: 'm', operation: 'bogus' }] }],
        ] as const
      ).map(([name, metadata]) =>
        post(name, `${configMaps}${DRY}`, configMap('subject', { metadata: { name: 'subject', ...metadata } as Json })),
      ),
    ],
  },
  {
    name: 'bodies: wrong types',
    steps: [
      inPod('text for a number', { terminationGracePeriodSeconds: '30' }),
      inPod('number for text', { nodeName: 5 }),
      inPod('boolean for text', { nodeName: true }),
      inPod('text for a boolean', { hostNetwork: 'true' }),
      inPod('number for a boolean', { hostNetwork: 1 }),
      inPod('object for a list', { containers: {} }),
      inPod('text for a list', { containers: 'x' }),
      inPod('list for an object', { securityContext: [] }),
      inPod('text for an object', { securityContext: 'x' }),
      inPod('list for a map', { nodeSelector: ['a'] }),
      inPod('number in a map', { nodeSelector: { a: 1 } }),
      inPod('number in a list of texts', { containers: [{ name: 'a', image: 'x', args: ['a', 1] }] }),
      inPod('text in a list of objects', { containers: ['a'] }),
      inPod('null in a list of objects', { containers: [null] }),
      inPod('nested in a list', { containers: [{ name: 'a', image: 'x', ports: [{ containerPort: '80' }] }] }),
      inPod('fraction for an integer', { terminationGracePeriodSeconds: 1.5 }),
      inPod('integer beyond int32', {
        containers: [{ name: 'a', image: 'x', ports: [{ containerPort: 3_000_000_000 }] }],
      }),
      inPod('quantity as a number', {
        containers: [{ name: 'a', image: 'x', resources: { limits: { cpu: 1.5, memory: 1024 } } }],
      }),
      inPod('malformed quantity', { containers: [{ name: 'a', image: 'x', resources: { limits: { cpu: 'much' } } }] }),
      inPod('empty quantity', { containers: [{ name: 'a', image: 'x', resources: { limits: { cpu: '' } } }] }),
      inPod('quantity as an object', { containers: [{ name: 'a', image: 'x', resources: { limits: { cpu: {} } } }] }),
      inPod('several at once', { hostNetwork: 'x', containers: [{ name: 1 }], nodeName: 2 }),
      post(
        'integer beyond int64',
        `${pods}${DRY}`,
        JSON.stringify(pod('p', { activeDeadlineSeconds: 5 })).replace(':5', ':99999999999999999999'),
      ),
      post(
        'large exact int64',
        `${pods}${DRY}`,
        JSON.stringify(pod('p', { activeDeadlineSeconds: 5 })).replace(':5', ':9007199254740993'),
      ),
      post(
        'integer as 5.0',
        `${pods}${DRY}`,
        JSON.stringify(pod('p', { activeDeadlineSeconds: 5 })).replace(':5', ':5.0'),
      ),
      post(
        'integer as 5e0',
        `${pods}${DRY}`,
        JSON.stringify(pod('p', { activeDeadlineSeconds: 5 })).replace(':5', ':5e0'),
      ),
      post('int-or-string as boolean', `${services}${DRY}`, service('s', { ports: [{ port: 80, targetPort: true }] })),
      post('int-or-string as fraction', `${services}${DRY}`, service('s', { ports: [{ port: 80, targetPort: 1.5 }] })),
      post('int-or-string as object', `${services}${DRY}`, service('s', { ports: [{ port: 80, targetPort: {} }] })),
      post('bytes that are not base64', `${configMaps}${DRY}`, configMap('c', { binaryData: { k: '!!' } })),
      post('bytes as a number', `${configMaps}${DRY}`, configMap('c', { binaryData: { k: 1 } })),
      post('data as text', `${configMaps}${DRY}`, configMap('c', { data: 'x' })),
      post('data with a number', `${configMaps}${DRY}`, configMap('c', { data: { k: 1 } })),
      post('data with null', `${configMaps}${DRY}`, configMap('c', { data: { k: null } })),
      post('malformed time', '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases?dryRun=All', {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: 'l' },
        spec: { renewTime: '2026-03-01T00:00:00Z' },
      }),
      post('time as a number', '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases?dryRun=All', {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: 'l' },
        spec: { renewTime: 5 },
      }),
    ],
  },
  {
    name: 'bodies: nulls',
    steps: [
      inPod('in structs and lists', {
        nodeSelector: null,
        volumes: null,
        securityContext: null,
        hostNetwork: null,
        tolerations: null,
      }),
      inPod('in containers', {
        containers: [{ name: 'a', image: 'x', env: null, ports: null, resources: null, command: [null] }],
      }),
      post('spec', `${deployments}${DRY}`, { ...deployment('d'), spec: null }),
      post('everything', `${configMaps}${DRY}`, configMap('c', { data: null, binaryData: null, immutable: null })),
    ],
  },
  {
    name: 'bodies: unknown fields',
    steps: [
      ...atEachLevel((level) => post(`create ${level}`, `${pods}${DRY}&fieldValidation=${level}`, sloppyPod)),
      post('create, nothing said', `${pods}${DRY}`, sloppyPod),
      ...atEachLevel((level) => post(`many ${level}`, `${configMaps}${DRY}&fieldValidation=${level}`, manyUnknown)),
    ],
  },
  {
    name: 'bodies: duplicate fields',
    steps: [
      ...atEachLevel((level) =>
        raw(`JSON ${level}`, DUPLICATES, { path: `${configMaps}${DRY}&fieldValidation=${level}` }),
      ),
      ...atEachLevel((level) => yaml(`YAML ${level}`, DUPLICATE_YAML, `${DRY}&fieldValidation=${level}`)),
    ],
  },
  {
    name: 'bodies: unknown fields in updates and patches',
    steps: [
      post('create', configMaps, configMap('subject', { data: { a: '1' } })),
      ...atEachLevel((level) =>
        put(
          `update ${level}`,
          `${configMaps}/subject${DRY}&fieldValidation=${level}`,
          configMap('subject', { stray: 1 }),
        ),
      ),
      ...atEachLevel((level) =>
        patch('merge', `merge ${level}`, `${configMaps}/subject${DRY}&fieldValidation=${level}`, {
          stray: 1,
          data: { a: '2' },
        }),
      ),
      ...atEachLevel((level) =>
        patch('strategic', `strategic ${level}`, `${configMaps}/subject${DRY}&fieldValidation=${level}`, {
          stray: 1,
          metadata: { label: {} },
        }),
      ),
      ...atEachLevel((level) =>
        patch('json', `JSON ${level}`, `${configMaps}/subject${DRY}&fieldValidation=${level}`, [
          { op: 'add', path: '/stray', value: 1 },
          { op: 'add', path: '/metadata/stray', value: 1, unheardOf: 2 },
        ]),
      ),
      ...atEachLevel((level) =>
        patch(
          'merge',
          `duplicates ${level}`,
          `${configMaps}/subject${DRY}&fieldValidation=${level}`,
          '{"data":{"a":"2","a":"3"},"stray":1,"stray":2}',
        ),
      ),
    ],
  },
  {
    name: 'bodies: YAML',
    steps: [
      yaml('plain', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: subject\ndata:\n  a: b\n'),
      yaml('JSON in it', VALID),
      yaml(
        'two documents',
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\n',
      ),
      yaml('leading separator', '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: subject}\n'),
      yaml(
        'number for text',
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: subject}\ndata: {a: 1, b: yes, c: 0x10, d: 1e3}\n',
      ),
      yaml('yes and no', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: subject}\nimmutable: yes\n'),
      yaml('anchors', 'apiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: subject}\ndata: {a: &x "1", b: *x}\n'),
      yaml(
        'merge keys',
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: subject}\nbase: &b {a: "1"}\ndata: {<<: *b, c: "2"}\n',
      ),
      yaml('tabs', 'apiVersion: v1\n\tkind: ConfigMap\n'),
      yaml('unclosed', 'apiVersion: v1\nkind: {\n'),
      yaml('text', 'just some text'),
      yaml('empty', ''),
      yaml('comment', '# nothing\n'),
      yaml('tagged', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: subject}\nbinaryData: {a: !!binary aGk=}\n'),
      yaml(
        'time',
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: subject, creationTimestamp: 2020-01-01T00:00:00Z}\n',
      ),
      yaml('complex key', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: subject}\ndata: {? [a, b] : c}\n'),
      yaml('number as key', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: subject}\ndata: {1: a, true: b}\n'),
      yaml(
        'block text',
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: subject}\ndata:\n  a: |\n    one\n    two\n  b: >-\n    three\n    four\n',
      ),
    ],
  },
  {
    name: 'bodies: media types of requests',
    steps: [
      'text/plain',
      'application/xml',
      'application/json; charset=utf-8',
      'application/json;charset=latin1',
      'APPLICATION/JSON',
      'application/yaml',
      'text/json',
      'application/cbor',
      'application/vnd.kubernetes.protobuf',
      'application/merge-patch+json',
      'application/x-www-form-urlencoded',
      'bogus',
      '*/*',
      'application/*',
      'application/json;stream=watch',
      ';',
    ].map((contentType) => raw(contentType, VALID, { contentType })),
  },
  {
    name: 'bodies: no media type',
    steps: [
      post('post', `${configMaps}${DRY}`, VALID, { headers: { 'Content-Type': '' } }),
      put('put', `${configMaps}/x${DRY}`, VALID, { headers: { 'Content-Type': '' } }),
      { name: 'patch', method: 'PATCH', path: `${configMaps}/x${DRY}`, body: '{}', headers: { 'Content-Type': '' } },
    ],
  },
  {
    name: 'bodies: protobuf',
    steps: [
      post('no magic number', `${configMaps}${DRY}`, Buffer.from('nothing'), {
        contentType: 'application/vnd.kubernetes.protobuf',
      }),
      post('magic number alone', `${configMaps}${DRY}`, Buffer.from('k8s\0'), {
        contentType: 'application/vnd.kubernetes.protobuf',
      }),
      post('garbage', `${configMaps}${DRY}`, Buffer.from('k8s\0garbage'), {
        contentType: 'application/vnd.kubernetes.protobuf',
      }),
      post('empty', `${configMaps}${DRY}`, Buffer.alloc(0), { contentType: 'application/vnd.kubernetes.protobuf' }),
      post('type without content', `${configMaps}${DRY}`, protobufEnvelope('v1', 'ConfigMap', Buffer.alloc(0)), {
        contentType: 'application/vnd.kubernetes.protobuf',
      }),
      post('with a name', `${configMaps}${DRY}`, protobufEnvelope('v1', 'ConfigMap', protobufName('wired')), {
        contentType: 'application/vnd.kubernetes.protobuf',
      }),
      post('another kind', `${configMaps}${DRY}`, protobufEnvelope('v1', 'Secret', protobufName('wired')), {
        contentType: 'application/vnd.kubernetes.protobuf',
      }),
      post('unknown kind', `${configMaps}${DRY}`, protobufEnvelope('v1', 'Nothing', protobufName('wired')), {
        contentType: 'application/vnd.kubernetes.protobuf',
      }),
      post(
        'broken content',
        `${configMaps}${DRY}`,
        protobufEnvelope('v1', 'ConfigMap', Buffer.from([0x0a, 0x50, 0x01])),
        {
          contentType: 'application/vnd.kubernetes.protobuf',
        },
      ),
    ],
  },
  {
    name: 'bodies: media types of answers',
    steps: [
      'text/plain',
      'application/xml',
      'application/json',
      'application/json; charset=utf-8',
      'application/*',
      '*/*',
      'application/xml, */*',
      'application/xml, application/yaml;q=0.5, application/json;q=0.4',
      'application/json;q=0',
      'bogus',
      '',
      'application/cbor',
      'application/json;as=Table',
      'application/json;as=Table;v=v1',
      'application/json;as=Table;v=v1beta1;g=meta.k8s.io',
      'application/json;as=Table;v=v9;g=meta.k8s.io',
      'application/json;as=Table;v=v9;g=meta.k8s.io, application/json',
      'application/json;as=Bogus;v=v1;g=meta.k8s.io',
      'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
      'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
      'application/json;as=PartialObjectMetadataList;v=v1beta1;g=meta.k8s.io',
      'application/yaml;as=Table;v=v1;g=meta.k8s.io',
      'application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io',
      'application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
      'application/json;stream=watch',
      'application/json;pretty=1',
    ].map((accept) => ({ name: accept, method: 'GET', path: configMaps, accept })),
  },
];

/** runtime.Unknown: typeMeta = 1, raw = 2; TypeMeta: apiVersion = 1, kind = 2. */
function protobufEnvelope(apiVersion: string, kind: string, content: Buffer): Buffer {
  const typeMeta = Buffer.concat([bytesField(1, Buffer.from(apiVersion)), bytesField(2, Buffer.from(kind))]);
  return Buffer.concat([Buffer.from('k8s\0'), bytesField(1, typeMeta), bytesField(2, content)]);
}

/** An object of any kind with metadata = 1 and in it name = 1. */
function protobufName(name: string): Buffer {
  return bytesField(1, bytesField(1, Buffer.from(name)));
}

/** Short fields only: lengths below 128. */
function bytesField(number: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, value.length]), value]);
}
