/** Who owns which fields: after writes of every kind, through subresources and versions, and what clients may say of it. */
import { type Manifest, readCorpus } from '../../corpus/corpus.ts';
import { collectionPath } from '../../corpus/resources.ts';
import {
  apply,
  type Case,
  get,
  type Json,
  type JsonObject,
  patch,
  post,
  put,
  remove,
  type Seen,
  type Step,
} from '../case.ts';
import { configMap, configMaps, deployment, deployments, pod, pods, service, services } from './objects.ts';

const target = `${configMaps}/subject`;
const config = (data: Json, more: JsonObject = {}): JsonObject => configMap('subject', { data, ...more });
const two = { manager: 'two' };

/** The body of an earlier step with other metadata. */
const withMetadata =
  (step: string, change: JsonObject) =>
  (seen: Seen): JsonObject => {
    const body = seen.body(step);
    return { ...body, metadata: { ...(body.metadata as JsonObject), ...change } };
  };
const entry = (more: JsonObject = {}): JsonObject => ({
  manager: 'somebody',
  operation: 'Update',
  apiVersion: 'v1',
  time: '2020-01-01T00:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:data': { 'f:a': {} } },
  ...more,
});

const givenEntries: readonly (readonly [string, Json])[] = [
  ['valid', [entry()]],
  ['two valid', [entry(), entry({ manager: 'x', operation: 'Apply' })]],
  ['twice the same', [entry(), entry()]],
  ['no operation', [entry({ operation: undefined })]],
  ['unknown operation', [entry({ operation: 'Bogus' })]],
  ['no apiVersion', [entry({ apiVersion: undefined })]],
  ['another version', [entry({ apiVersion: 'v2' })]],
  ['another group', [entry({ apiVersion: 'apps/v1' })]],
  ['malformed version', [entry({ apiVersion: 'a/b/c' })]],
  ['no fieldsType', [entry({ fieldsType: undefined })]],
  ['unknown fieldsType', [entry({ fieldsType: 'FieldsV2' })]],
  ['no fields', [entry({ fieldsV1: undefined })]],
  ['null fields', [entry({ fieldsV1: null })]],
  ['empty fields', [entry({ fieldsV1: {} })]],
  ['fields are a list', [entry({ fieldsV1: [] })]],
  ['fields without a prefix', [entry({ fieldsV1: { data: {} } })]],
  ['fields with an unknown prefix', [entry({ fieldsV1: { 'z:data': {} } })]],
  ['fields with a bad key', [entry({ fieldsV1: { 'k:data': {} } })]],
  ['fields with a bad value', [entry({ fieldsV1: { 'v:[': {} } })]],
  ['fields with an index', [entry({ fieldsV1: { 'i:0': {}, 'f:data': {} } })]],
  [
    'fields in another order',
    [entry({ fieldsV1: { 'f:metadata': { 'f:labels': { 'f:x': {}, '.': {} } }, 'f:data': { 'f:b': {}, 'f:a': {} } } })],
  ],
  ['fields that are not there', [entry({ fieldsV1: { 'f:unheard': { 'f:of': {} } } })]],
  ['no manager', [entry({ manager: undefined })]],
  ['long manager', [entry({ manager: 'm'.repeat(129) })]],
  ['unprintable manager', [entry({ manager: 'a\u0007' })]],
  ['no time', [entry({ time: undefined })]],
  ['malformed time', [entry({ time: 'yesterday' })]],
  ['subresource', [entry({ subresource: 'status' })]],
  ['unknown subresource', [entry({ subresource: 'unheard' })]],
  ['long subresource', [entry({ subresource: 's'.repeat(257) })]],
  ['empty entry', [{}]],
  ['empty list', []],
  ['null', null],
  ['null entry', [null]],
  ['text', 'x'],
  ['empty entry and another', [{}, entry()]],
];

const hpaV1 = '/apis/autoscaling/v1/namespaces/{ns}/horizontalpodautoscalers';
const hpaV2 = '/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers';
const scaledBy = (version: string, spec: JsonObject): JsonObject => ({
  apiVersion: `autoscaling/${version}`,
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'subject' },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'x', apiVersion: 'apps/v1' }, maxReplicas: 5, ...spec },
});

const scale = (more: JsonObject): JsonObject => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { name: 'subject' },
  ...more,
});

const lastApplied = (data: Json, more: JsonObject = {}): JsonObject => {
  const plain = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'subject' }, data, ...more };
  return config(data, {
    metadata: {
      name: 'subject',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(plain)}\n` },
    },
    ...more,
  });
};

const byUser = (agent: string) => ({ headers: { 'User-Agent': agent } });
const statusPath = `${pods}/subject/status`;

export const managedFieldsCases: readonly Case[] = [
  {
    name: 'managed fields: writes of every kind',
    steps: [
      post('create', configMaps, config({ a: '1' })),
      put('same', target, config({ a: '1' })),
      put('update', target, config({ a: '2', b: '2' })),
      patch('merge', 'merge patch', target, { data: { c: '3' } }),
      patch('strategic', 'strategic merge patch', target, { data: { d: '4' } }),
      patch('json', 'JSON patch', target, [{ op: 'add', path: '/data/e', value: '5' }]),
      patch('merge', 'patch by another', `${target}?fieldManager=another`, { data: { a: '9', f: '6' } }),
      patch('merge', 'no change by a third', `${target}?fieldManager=third`, { data: { a: '9' } }),
      put('removal by a third', `${target}?fieldManager=third`, config({ b: '2' })),
      put('nothing is left', target, configMap('subject')),
      put('labels', target, config({}, { metadata: { name: 'subject', labels: { a: 'b' }, annotations: { c: 'd' } } })),
      put('binary', target, config({ a: '1' }, { binaryData: { b: 'AAAA' }, immutable: true })),
      get('get', target),
    ],
  },
  {
    name: 'managed fields: names of managers',
    steps: [
      post('user agent', configMaps, config({ a: '1' }), byUser('kubectl/v1.30.0 (linux/amd64) kubernetes/abc')),
      patch('merge', 'no slash', target, { data: { b: '1' } }, byUser('curl')),
      patch('merge', 'no agent', target, { data: { c: '1' } }, byUser('')),
      patch('merge', 'blank', target, { data: { d: '1' } }, byUser('a tool/1.0')),
      patch('merge', 'long', target, { data: { e: '1' } }, byUser(`${'x'.repeat(200)}/1.0`)),
      patch('merge', 'slash first', target, { data: { f: '1' } }, byUser('/1.0')),
      patch('merge', 'bytes', target, { data: { h: '1' } }, byUser('caf\u00e9/1.0')),
      patch('merge', 'parameter', `${target}?fieldManager=${encodeURIComponent('by parameter')}`, { data: { g: '1' } }),
    ],
  },
  {
    name: 'managed fields: many managers',
    steps: [
      post('create', configMaps, config({ a: '1' })),
      ...Array.from({ length: 13 }, (_, index) =>
        patch('merge', `patch ${index}`, `${target}?fieldManager=m${index}`, { data: { [`k${index}`]: '1' } }),
      ),
      apply('apply', target, config({ applied: '1' })),
      patch('merge', 'all by one', `${target}?fieldManager=last`, {
        data: Object.fromEntries(Array.from({ length: 13 }, (_, index) => [`k${index}`, '2'])),
      }),
    ],
  },
  {
    name: 'managed fields: given by clients on creation',
    steps: [],
    independent: givenEntries.map(([name, managedFields], index) =>
      post(
        name,
        configMaps,
        configMap(`given-${index}`, { data: { a: '1' }, metadata: { name: `given-${index}`, managedFields } }),
      ),
    ),
  },
  {
    name: 'managed fields: given by clients on update',
    steps: [post('create', configMaps, config({ a: '1', b: '2' })), apply('apply', target, config({ a: '1' }))],
    independent: givenEntries.flatMap(([name, managedFields]) => [
      put(
        `${name}, update`,
        `${target}?dryRun=All`,
        config({ a: '1', b: '2', c: '3' }, { metadata: { name: 'subject', managedFields } }),
      ),
      patch('merge', `${name}, patch`, `${target}?dryRun=All`, { metadata: { managedFields } }),
    ]),
  },
  {
    name: 'managed fields: reset',
    steps: [
      post('create', configMaps, config({ a: '1' })),
      apply('apply', target, config({ b: '2' })),
      patch('merge', 'null does nothing', target, { metadata: { managedFields: null } }),
      patch('merge', 'empty list', target, { metadata: { managedFields: [] } }),
      patch('merge', 'change afterwards', target, { data: { c: '3' } }),
      apply('apply afterwards', target, config({ b: '2', d: '4' })),
      patch('json', 'JSON patch', target, [{ op: 'replace', path: '/metadata/managedFields', value: [{}] }]),
      put('update', target, (seen) => seen.body('JSON patch')),
      apply('apply again', target, config({ b: '2', d: '5' })),
      patch('merge', 'with a change', target, { metadata: { managedFields: [{}] }, data: { e: '5' } }),
      apply('apply another', target, config({ e: '6' }), two),
      apply('apply another by force', target, config({ e: '6' }), { manager: 'two', force: true }),
      patch('json', 'removed one', target, [{ op: 'remove', path: '/metadata/managedFields/0' }]),
      patch('json', 'removed all', target, [{ op: 'remove', path: '/metadata/managedFields' }]),
      put('update without them', target, config({ a: '7' })),
      put(
        'update with an old time',
        target,
        withMetadata('update without them', { labels: { a: 'b' }, managedFields: [entry()] }),
      ),
      put('renamed manager', target, (seen) => renamed(seen.body('update with an old time'))),
      get('get', target),
    ],
  },
  {
    name: 'managed fields: objects from before',
    steps: [
      post('create', configMaps, config({ a: '1', b: '2' })),
      patch('merge', 'forget', target, { metadata: { managedFields: [{}] } }),
      get('nobody', target),
      apply('apply', target, config({ a: '1' })),
      apply('change of what was there before', target, config({ b: '3' }), two),
      patch('merge', 'forget again', target, { metadata: { managedFields: [{}] } }),
      patch('merge', 'update', target, { data: { c: '3' } }),
      patch('merge', 'forget a third time', target, { metadata: { managedFields: [{}] } }),
      apply('force', target, config({ a: '9' }), { force: true }),
      get('get', target),
    ],
  },
  {
    name: 'managed fields: from client-side apply',
    steps: [
      post(
        'kubectl creates',
        `${configMaps}?fieldManager=kubectl-client-side-apply`,
        lastApplied({ a: '1', b: '2', c: '3' }),
      ),
      apply('server-side by kubectl', target, config({ a: '1', b: '9' }), { manager: 'kubectl' }),
      apply('without b', target, config({ a: '1' }), { manager: 'kubectl' }),
      apply('by another', target, config({ a: '2' }), two),
      patch('merge', 'client-side again', `${target}?fieldManager=kubectl-client-side-apply`, lastApplied({ a: '7' })),
      apply('server-side again', target, config({ a: '8' }), { manager: 'kubectl' }),
      get('get', target),
      remove('delete', target),
      post('create again', `${configMaps}?fieldManager=kubectl-client-side-apply`, lastApplied({ a: '1', b: '2' })),
      apply('by another tool', target, config({ a: '5' }), two),
      apply('by another tool, as it was', target, config({ a: '1' }), two),
      apply('by another tool, b', target, config({ b: '3' }), two),
      remove('delete again', target),
      post(
        'malformed annotation',
        `${configMaps}?fieldManager=kubectl-client-side-apply`,
        config(
          { a: '1' },
          { metadata: { name: 'subject', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'x' } } },
        ),
      ),
      apply('over the malformed annotation', target, config({ a: '2' }), { manager: 'kubectl' }),
      remove('delete a third time', target),
      apply('kubectl creates server-side', target, config({ a: '1' }), { manager: 'kubectl' }),
      patch('merge', 'annotation by hand', target, lastApplied({ a: '1' })),
      apply('kubectl keeps the annotation', target, config({ a: '2', b: '2' }), { manager: 'kubectl' }),
      apply('another does not', target, config({ c: '2' }), two),
    ],
  },
  {
    name: 'managed fields: status',
    steps: [
      post('create', pods, pod('subject', { containers: [{ name: 'a', image: 'a' }] })),
      patch('merge', 'merge patch of the status', statusPath, { status: { phase: 'Running', podIP: '10.0.0.1' } }),
      patch('strategic', 'conditions', `${statusPath}?fieldManager=kubelet`, {
        status: { conditions: [{ type: 'Ready', status: 'True' }] },
      }),
      patch('strategic', 'spec through the status', statusPath, {
        metadata: { labels: { a: 'b' } },
        spec: { nodeName: 'x' },
      }),
      patch('strategic', 'status through the object', `${pods}/subject`, {
        metadata: { labels: { c: 'd' } },
        status: { message: 'x' },
      }),
      apply('apply the status', statusPath, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'subject' },
        status: { conditions: [{ type: 'Ready', status: 'False' }] },
      }),
      apply(
        'by force',
        statusPath,
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'subject' },
          status: {
            conditions: [
              { type: 'Ready', status: 'False' },
              { type: 'Mine', status: 'True' },
            ],
            message: 'applied',
          },
        },
        { force: true },
      ),
      apply('labels through the status', statusPath, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'subject', labels: { e: 'f' } },
        spec: { nodeName: 'y' },
        status: { message: 'applied' },
      }),
      apply('the object by the same', `${pods}/subject`, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'subject', labels: { g: 'h' } },
      }),
      apply(
        'the object with its status',
        `${pods}/subject`,
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'subject', labels: { g: 'h' } },
          status: { message: 'x' },
        },
        { query: 'dryRun=All' },
      ),
      apply('status of what is not there', `${pods}/nothing/status`, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'nothing' },
        status: { message: 'x' },
      }),
      put('update of the status', statusPath, (seen) => ({
        ...seen.body('the object by the same'),
        status: { phase: 'Failed' },
      })),
      get('get', `${pods}/subject`),
    ],
  },
  {
    name: 'managed fields: other subresources of pods',
    steps: [
      post(
        'create',
        pods,
        pod('subject', { containers: [{ name: 'a', image: 'a', resources: { requests: { cpu: '1' } } }] }),
      ),
      post('bind', `${pods}/subject/binding`, {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: 'subject', annotations: { by: 'binding' } },
        target: { kind: 'Node', name: 'nowhere' },
      }),
      get('bound', `${pods}/subject`),
      patch('strategic', 'ephemeral containers', `${pods}/subject/ephemeralcontainers`, {
        spec: { ephemeralContainers: [{ name: 'e', image: 'e', targetContainerName: 'a' }] },
      }),
      patch('strategic', 'resize', `${pods}/subject/resize`, {
        spec: { containers: [{ name: 'a', resources: { requests: { cpu: '2' } } }] },
      }),
      apply('apply ephemeral containers', `${pods}/subject/ephemeralcontainers`, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'subject' },
        spec: { ephemeralContainers: [{ name: 'f', image: 'f' }] },
      }),
      apply(
        'apply resize',
        `${pods}/subject/resize`,
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'subject' },
          spec: { containers: [{ name: 'a', resources: { requests: { cpu: '3' } } }] },
        },
        { force: true },
      ),
      get('get', `${pods}/subject`),
    ],
  },
  {
    name: 'managed fields: scale',
    steps: [
      apply('create', `${deployments}/subject`, deployment('subject', { replicas: 1 })),
      get('get scale', `${deployments}/subject/scale`),
      patch('merge', 'patch', `${deployments}/subject/scale`, { spec: { replicas: 2 } }),
      get('after the patch', `${deployments}/subject`),
      put(
        'update',
        `${deployments}/subject/scale?fieldManager=scaler`,
        scale({ metadata: { name: 'subject', namespace: '{ns}' }, spec: { replicas: 3 } }),
      ),
      get('after the update', `${deployments}/subject`),
      apply('conflict', `${deployments}/subject/scale`, scale({ spec: { replicas: 4 } }), two),
      apply('by force', `${deployments}/subject/scale`, scale({ spec: { replicas: 4 } }), {
        manager: 'two',
        force: true,
      }),
      get('after the apply', `${deployments}/subject`),
      apply('conflict of the object', `${deployments}/subject`, deployment('subject', { replicas: 1 })),
      apply('the object without replicas', `${deployments}/subject`, deployment('subject')),
      apply('nothing on the scale', `${deployments}/subject/scale`, scale({}), two),
      apply(
        'labels on the scale',
        `${deployments}/subject/scale`,
        scale({ metadata: { name: 'subject', labels: { a: 'b' } }, spec: { replicas: 5 } }),
        two,
      ),
      apply(
        'status on the scale',
        `${deployments}/subject/scale`,
        scale({ spec: { replicas: 5 }, status: { replicas: 5 } }),
        two,
      ),
      apply('another kind', `${deployments}/subject/scale`, deployment('subject'), two),
      apply(
        'of what is not there',
        `${deployments}/nothing/scale`,
        scale({ metadata: { name: 'nothing' }, spec: { replicas: 5 } }),
        two,
      ),
      get('get', `${deployments}/subject`),
    ],
  },
  {
    name: 'managed fields: versions',
    steps: [
      apply('create in v1', `${hpaV1}/subject`, scaledBy('v1', { targetCPUUtilizationPercentage: 50 })),
      get('get in v2', `${hpaV2}/subject`),
      apply(
        'the same in v2',
        `${hpaV2}/subject`,
        scaledBy('v2', {
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
          ],
        }),
      ),
      apply('another in v2', `${hpaV2}/subject`, scaledBy('v2', { maxReplicas: 7 }), two),
      apply('another in v2 by force', `${hpaV2}/subject`, scaledBy('v2', { maxReplicas: 7 }), {
        manager: 'two',
        force: true,
      }),
      apply(
        'first in v1',
        `${hpaV1}/subject`,
        scaledBy('v1', { targetCPUUtilizationPercentage: 60, maxReplicas: undefined }),
      ),
      patch('merge', 'patch in v1', `${hpaV1}/subject`, { spec: { minReplicas: 2 } }),
      patch('merge', 'patch in v2', `${hpaV2}/subject`, { spec: { minReplicas: 3 } }),
      patch('merge', 'other patch in v1', `${hpaV1}/subject`, { metadata: { labels: { a: 'b' } } }),
      apply('first without', `${hpaV1}/subject`, { ...scaledBy('v1', {}), spec: {} }),
      get('get', `${hpaV1}/subject`),
    ],
  },
  {
    name: 'managed fields: services',
    steps: [
      post('create', services, service('subject', { selector: { app: 'x' } })),
      patch('merge', 'type', `${services}/subject?fieldManager=another`, { spec: { type: 'NodePort' } }),
      patch('merge', 'status', `${services}/subject/status`, {
        status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
      }),
      get('get', `${services}/subject`),
    ],
  },
  {
    name: 'managed fields: creation by PUT',
    steps: [
      put('create', '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases/subject', {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: 'subject' },
        spec: { holderIdentity: 'x' },
      }),
      put('update', '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases/subject', {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: 'subject' },
        spec: { holderIdentity: 'y', leaseDurationSeconds: 5 },
      }),
    ],
  },
  {
    name: 'managed fields: deletion',
    steps: [
      post(
        'create',
        configMaps,
        configMap('subject', { metadata: { name: 'subject', finalizers: ['example.com/f', 'example.com/g'] } }),
      ),
      remove('delete', target),
      get('terminating', target),
      patch('json', 'one finalizer away', `${target}?fieldManager=finaliser`, [
        { op: 'remove', path: '/metadata/finalizers/0' },
      ]),
      apply('apply while terminating', target, config({ a: '1' })),
      patch('merge', 'all away', target, { metadata: { finalizers: null } }),
    ],
  },
  ...readCorpus().filter(isApplied).map(appliedLife),
];

/** These act on requests of others, or the server changes them. */
function isApplied({ resource, object }: Manifest): boolean {
  const acts = ['CustomResourceDefinition', 'APIService', 'FlowSchema', 'PriorityLevelConfiguration', 'Binding'];
  return !resource.createOnly && !acts.includes(resource.kind) && object.metadata?.name !== undefined;
}

/** Each manifest applied by one manager, then by another, then taken back. */
function appliedLife({ name, resource, object }: Manifest): Case {
  const body = JSON.parse(
    JSON.stringify(object).replaceAll('"namespace":"default"', '"namespace":"{ns}"'),
  ) as JsonObject;
  const path = `${collectionPath(resource)}/${object.metadata?.name ?? ''}`;
  const bare = { apiVersion: body.apiVersion, kind: body.kind, metadata: { name: object.metadata?.name } };
  const steps: Step[] = [
    apply('create', path, body),
    apply('again', path, body),
    apply('by another', path, body, two),
    patch('merge', 'merge patch', path, { metadata: { labels: { 'differential/patched': 'yes' } } }),
    apply('taken back by the first', path, bare),
    apply('taken back by the other', path, bare, two),
  ];
  return { name: `managed fields: corpus: ${name}`, steps };
}

function renamed(object: JsonObject): JsonObject {
  const metadata = object.metadata as JsonObject;
  const entries = (metadata.managedFields ?? []) as JsonObject[];
  return {
    ...object,
    metadata: { ...metadata, managedFields: entries.map((its) => ({ ...its, manager: 'renamed' })) },
  };
}
