/** What may be called what: names, generated names, labels, annotations, finalizers, owners. */
import { type Case, type Json, type JsonObject, post, type Step } from '../case.ts';
import { configMap, configMaps, pod, pods, service, services } from './objects.ts';

const NAMES = [
  'UPPER',
  'under_score',
  'dot.ted',
  '.leading',
  'trailing.',
  '-leading',
  'trailing-',
  'two..dots',
  '1digit',
  'a/b',
  'a%b',
  'ä',
  'white space',
  'a'.repeat(63),
  'a'.repeat(64),
  'a'.repeat(253),
  'a'.repeat(254),
  '..',
  '.',
  '__proto__',
  'constructor',
];

const metadata = (name: string, more: JsonObject): Step =>
  post(name, `${configMaps}?dryRun=All`, configMap('subject', { metadata: { name: 'subject', ...more } }));

const rules: readonly [string, string, (name: string) => Json][] = [
  ['config maps', configMaps, (name) => configMap(name)],
  ['pods', pods, (name) => pod(name)],
  ['services', services, (name) => service(name)],
  ['namespaces', '/api/v1/namespaces', (name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })],
  ['nodes', '/api/v1/nodes', (name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } })],
  [
    'cluster roles',
    '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    (name) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name } }),
  ],
  [
    'API services',
    '/apis/apiregistration.k8s.io/v1/apiservices',
    (name) => ({
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name },
      spec: { group: 'g', version: 'v1' },
    }),
  ],
];

export const nameCases: readonly Case[] = [
  ...rules.map(([kinds, path, object]) => ({
    name: `names: of ${kinds}`,
    steps: NAMES.map((name) => post(name, `${path}?dryRun=All`, object(name))),
  })),
  {
    name: 'names: generated',
    steps: [
      ...[
        'made-',
        'made',
        'UPPER-',
        'made.',
        'made_',
        '-',
        '',
        'a'.repeat(58),
        'a'.repeat(63),
        'a'.repeat(247),
        'a'.repeat(248),
        'a'.repeat(260),
      ].map((generateName) =>
        post(`"${generateName}"`, `${configMaps}?dryRun=All`, configMap('', { metadata: { generateName } })),
      ),
      post('pod', `${pods}?dryRun=All`, pod('', {}, { name: undefined, generateName: 'made-' })),
      post('pod with a bad prefix', `${pods}?dryRun=All`, pod('', {}, { name: undefined, generateName: 'Made-' })),
      post('kept', configMaps, configMap('', { metadata: { generateName: 'made-' } })),
    ],
  },
  {
    name: 'names: labels',
    steps: [
      ...[
        'a',
        'a.b/c',
        'A/b',
        'a/b/c',
        '/a',
        'a/',
        '-a',
        'a-',
        'a b',
        'ä',
        '',
        'a'.repeat(63),
        'a'.repeat(64),
        `${'a'.repeat(253)}/b`,
        `${'a'.repeat(254)}/b`,
        '__proto__',
      ].map((key) => metadata(`key "${key}"`, { labels: fromEntry(key, 'x') })),
      ...['', 'a', '-a', 'a-', 'a b', 'a/b', 'ä', 'a'.repeat(63), 'a'.repeat(64), 'A.b_c-D'].map((value) =>
        metadata(`value "${value}"`, { labels: { key: value } }),
      ),
      metadata('several', { labels: { 'a b': '-' }, annotations: { 'e f': 'x' } }),
    ],
  },
  {
    name: 'names: annotations',
    steps: [
      ...['a', 'A/b', 'a/b/c', '/a', 'a b', ''].map((key) => metadata(`key "${key}"`, { annotations: { [key]: 'x' } })),
      metadata('free text', { annotations: { key: 'any thing\n goes ä' } }),
      metadata('a large one', { annotations: { key: 'x'.repeat(262_144) } }),
      metadata('together too large', { annotations: { a: 'x'.repeat(131_072), b: 'x'.repeat(131_072) } }),
    ],
  },
  {
    name: 'names: finalizers',
    steps: [
      'example.com/a',
      'plain',
      'foregroundDeletion',
      'orphan',
      'a b',
      '',
      'a/b/c',
      'UPPER.com/a',
      'kubernetes',
    ].map((finalizer) => metadata(`"${finalizer}"`, { finalizers: [finalizer] })),
  },
  {
    name: 'names: owners',
    steps: (
      [
        ['whole', [owner({})]],
        ['no name', [owner({ name: '' })]],
        ['no uid', [owner({ uid: '' })]],
        ['no kind', [owner({ kind: '' })]],
        ['no apiVersion', [owner({ apiVersion: '' })]],
        ['bad apiVersion', [owner({ apiVersion: 'a/b/c' })]],
        ['an event', [owner({ kind: 'Event' })]],
        ['controller', [owner({ controller: true })]],
        ['two controllers', [owner({ controller: true }), owner({ controller: true, uid: '2', name: 'b' })]],
        ['blocking', [owner({ blockOwnerDeletion: true })]],
        ['twice the same', [owner({}), owner({})]],
        ['no fields', [{}]],
      ] as const
    ).map(([name, ownerReferences]) => metadata(name, { ownerReferences: [...ownerReferences] })),
  },
];

function owner(more: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: '11111111-2222-3333-4444-555555555555', ...more };
}

/** An own property whatever the key. */
function fromEntry(key: string, value: string): JsonObject {
  return Object.fromEntries([[key, value]]);
}
