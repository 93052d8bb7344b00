/** Subresources with a behaviour of their own: scale, binding, eviction, ephemeral containers, resize, tokens, approval. */
import { type Case, get, type JsonObject, patch, post, put, remove, TABLE } from '../case.ts';
import { deployment, deployments, pod, pods } from './objects.ts';

const scale = `${deployments}/subject/scale`;
const scaleOf = (replicas: unknown, metadata: JsonObject = { name: 'subject' }): JsonObject => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { namespace: '{ns}', ...metadata },
  spec: { replicas: replicas as number },
});
const subject = `${pods}/subject`;
const bindingTo = (node: JsonObject, metadata: JsonObject = { name: 'subject' }): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Binding',
  metadata,
  target: node,
});
const eviction = (more: JsonObject = {}): JsonObject => ({
  apiVersion: 'policy/v1',
  kind: 'Eviction',
  metadata: { name: 'subject', namespace: '{ns}' },
  ...more,
});
const serviceAccounts = '/api/v1/namespaces/{ns}/serviceaccounts';
const tokenRequest = (spec: JsonObject): JsonObject => ({
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'TokenRequest',
  spec,
});
const budget = (spec: JsonObject): JsonObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'guard' },
  spec: { selector: { matchLabels: { app: 'guarded' } }, ...spec },
});

const budgets = '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets';
const disruptionCondition = (reason: string, message: string): JsonObject => ({
  type: 'DisruptionAllowed',
  status: 'False',
  reason,
  message,
  lastTransitionTime: '2026-03-01T00:00:00Z',
});
/** The budget's status as its controller might leave it, then an eviction as a dry run. */
const evictionsUnder = (what: string, status: JsonObject) => [
  patch('merge', `budget: ${what}`, `${budgets}/guard/status`, {
    status: { observedGeneration: 1, disruptionsAllowed: 0, conditions: null, ...status },
  }),
  post(`evict: ${what}`, `${pods}/guarded/eviction?dryRun=All`, eviction({ metadata: { name: 'guarded' } })),
];

export const subresourceCases: readonly Case[] = [
  {
    name: 'subresources: scale',
    steps: [
      post('create', deployments, deployment('subject', { replicas: 2 })),
      get('get', scale),
      get('get as table', scale, { accept: TABLE }),
      put('set', scale, scaleOf(5)),
      get('see it', `${deployments}/subject`),
      put('set from a stale one', scale, (seen) => seen.body('get')),
      put('negative', scale, scaleOf(-1)),
      put('text', scale, scaleOf('many')),
      put('another name', scale, scaleOf(1, { name: 'other' })),
      put('no name', scale, scaleOf(1, {})),
      put('another kind', scale, deployment('subject')),
      put('another version', scale, { ...scaleOf(3), apiVersion: 'extensions/v1beta1' }),
      patch('merge', 'merge patch', scale, { spec: { replicas: 4 } }),
      patch('json', 'JSON patch', scale, [{ op: 'replace', path: '/spec/replicas', value: 3 }]),
      patch('strategic', 'strategic patch', scale, { spec: { replicas: 1 } }),
      patch('merge', 'patch of the status', scale, { status: { replicas: 9 } }),
      put('dry run', `${scale}?dryRun=All`, scaleOf(8)),
      get('not there', `${deployments}/nothing/scale`),
      put('set what is not there', `${deployments}/nothing/scale`, scaleOf(1, { name: 'nothing' })),
    ],
  },
  {
    name: 'subresources: binding',
    steps: [
      post('create', pods, pod('subject')),
      post('no target', `${subject}/binding`, { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'subject' } }),
      post('no node name', `${subject}/binding`, bindingTo({ kind: 'Node' })),
      post('to something else', `${subject}/binding`, bindingTo({ kind: 'Pod', name: 'x' })),
      post(
        'another name',
        `${subject}/binding`,
        bindingTo({ kind: 'Node', name: 'corpus-nowhere' }, { name: 'other' }),
      ),
      post(
        'wrong uid',
        `${subject}/binding`,
        bindingTo({ kind: 'Node', name: 'corpus-nowhere' }, { name: 'subject', uid: 'other' }),
      ),
      post('dry run', `${subject}/binding?dryRun=All`, bindingTo({ kind: 'Node', name: 'corpus-nowhere' })),
      post(
        'bind',
        `${subject}/binding`,
        bindingTo({ kind: 'Node', name: 'corpus-nowhere' }, { name: 'subject', annotations: { from: 'binding' } }),
      ),
      get('see it', subject),
      post('bind again', `${subject}/binding`, bindingTo({ kind: 'Node', name: 'elsewhere' })),
      post('not there', `${pods}/nothing/binding`, bindingTo({ kind: 'Node', name: 'x' }, { name: 'nothing' })),
      post('create for the old way', pods, pod('second')),
      post(
        'bind the old way',
        '/api/v1/namespaces/{ns}/bindings',
        bindingTo({ kind: 'Node', name: 'corpus-nowhere' }, { name: 'second' }),
      ),
      get('see the second', `${pods}/second`),
      post('gated', pods, pod('gated', { schedulingGates: [{ name: 'example.com/g' }] })),
      post(
        'bind the gated',
        `${pods}/gated/binding`,
        bindingTo({ kind: 'Node', name: 'corpus-nowhere' }, { name: 'gated' }),
      ),
    ],
  },
  {
    name: 'subresources: eviction',
    steps: [
      post('create', pods, pod('subject')),
      post('not there', `${pods}/nothing/eviction`, eviction({ metadata: { name: 'nothing' } })),
      post('another name', `${subject}/eviction`, eviction({ metadata: { name: 'other' } })),
      post('dry run', `${subject}/eviction?dryRun=All`, eviction()),
      post('dry run in the options', `${subject}/eviction`, eviction({ deleteOptions: { dryRun: ['All'] } })),
      post(
        'wrong precondition',
        `${subject}/eviction`,
        eviction({ deleteOptions: { preconditions: { uid: 'other' } } }),
      ),
      post('evict in an old version', `${subject}/eviction`, { ...eviction(), apiVersion: 'policy/v1beta1' }),
      get('gone', subject),
      post('create budget', '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets', budget({ minAvailable: 1 })),
      post('create guarded', pods, pod('guarded', { nodeName: 'corpus-nowhere' }, { labels: { app: 'guarded' } })),
      post(
        'evict guarded, pending',
        `${pods}/guarded/eviction?dryRun=All`,
        eviction({ metadata: { name: 'guarded' } }),
      ),
      patch('merge', 'make it run', `${pods}/guarded/status`, {
        status: {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-03-01T00:00:00Z' }],
        },
      }),
      post('evict guarded', `${pods}/guarded/eviction`, eviction({ metadata: { name: 'guarded' } })),
      ...evictionsUnder('no disruption left', { currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 }),
      ...evictionsUnder('enough, none allowed', { currentHealthy: 3, desiredHealthy: 1, expectedPods: 3 }),
      ...evictionsUnder('failed sync', {
        currentHealthy: 3,
        desiredHealthy: 1,
        expectedPods: 3,
        conditions: [disruptionCondition('SyncFailed', 'no such scale')],
      }),
      ...evictionsUnder('refused by condition', {
        currentHealthy: 3,
        desiredHealthy: 1,
        expectedPods: 3,
        conditions: [disruptionCondition('InsufficientPods', 'not now')],
      }),
      ...evictionsUnder('two left', { currentHealthy: 3, desiredHealthy: 1, expectedPods: 3, disruptionsAllowed: 2 }),
      post('dry run of both kinds', `${pods}/guarded/eviction?dryRun=All`, {
        ...eviction({ metadata: { name: 'guarded' } }),
        deleteOptions: { dryRun: ['All'] },
      }),
      post(
        'bad options',
        `${pods}/guarded/eviction`,
        eviction({ metadata: { name: 'guarded' }, deleteOptions: { propagationPolicy: 'Sometimes' } }),
      ),
      post(
        'unsafe options',
        `${pods}/guarded/eviction`,
        eviction({
          metadata: { name: 'guarded' },
          deleteOptions: { ignoreStoreReadErrorWithClusterBreakingPotential: true },
        }),
      ),
      post(
        'stale precondition',
        `${pods}/guarded/eviction`,
        eviction({ metadata: { name: 'guarded' }, deleteOptions: { preconditions: { resourceVersion: '1' } } }),
      ),
      post('evict for good', `${pods}/guarded/eviction`, eviction({ metadata: { name: 'guarded' } })),
      get('see it end', `${pods}/guarded`),
      get('see the budget used', `${budgets}/guard`),
      post('evict once more', `${pods}/guarded/eviction`, eviction({ metadata: { name: 'guarded' } })),
      post('create second budget', budgets, { ...budget({ minAvailable: 1 }), metadata: { name: 'second' } }),
      post(
        'create doubly guarded',
        pods,
        pod('double', { nodeName: 'corpus-nowhere' }, { labels: { app: 'guarded' } }),
      ),
      patch('merge', 'make it run too', `${pods}/double/status`, { status: { phase: 'Running' } }),
      post('evict doubly guarded', `${pods}/double/eviction`, eviction({ metadata: { name: 'double' } })),
      remove('remove second budget', `${budgets}/second`),
      post('evict sick', `${pods}/double/eviction`, eviction({ metadata: { name: 'double' } })),
      patch('merge', 'sick ones may go', `${budgets}/guard`, { spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' } }),
      post('evict sick again', `${pods}/double/eviction`, eviction({ metadata: { name: 'double' } })),
      get('see it go', `${pods}/double`),
    ],
  },
  {
    name: 'subresources: ephemeral containers',
    steps: [
      post('create', pods, pod('subject')),
      get('get', `${subject}/ephemeralcontainers`),
      patch('strategic', 'add', `${subject}/ephemeralcontainers`, {
        spec: { ephemeralContainers: [{ name: 'debug', image: 'debug' }] },
      }),
      patch('strategic', 'change', `${subject}/ephemeralcontainers`, {
        spec: { ephemeralContainers: [{ name: 'debug', image: 'other' }] },
      }),
      patch('json', 'remove', `${subject}/ephemeralcontainers`, [{ op: 'remove', path: '/spec/ephemeralContainers' }]),
      patch('strategic', 'something else', `${subject}/ephemeralcontainers`, { spec: { activeDeadlineSeconds: 5 } }),
      patch('strategic', 'with ports', `${subject}/ephemeralcontainers`, {
        spec: { ephemeralContainers: [{ name: 'p', image: 'x', ports: [{ containerPort: 1 }] }] },
      }),
      patch('strategic', 'same name as a container', `${subject}/ephemeralcontainers`, {
        spec: { ephemeralContainers: [{ name: 'main', image: 'x' }] },
      }),
      patch('strategic', 'through the pod', subject, { spec: { ephemeralContainers: [{ name: 'more', image: 'x' }] } }),
      post('at creation', `${pods}?dryRun=All`, pod('other', { ephemeralContainers: [{ name: 'e', image: 'x' }] })),
    ],
  },
  {
    name: 'subresources: resize',
    steps: [
      post(
        'create',
        pods,
        pod('subject', {
          nodeName: 'corpus-nowhere',
          containers: [{ name: 'main', image: 'x', resources: { requests: { cpu: '1' }, limits: { cpu: '2' } } }],
        }),
      ),
      get('get', `${subject}/resize`),
      patch('strategic', 'resize', `${subject}/resize`, {
        spec: { containers: [{ name: 'main', resources: { requests: { cpu: '500m' } } }] },
      }),
      patch('strategic', 'remove limits', `${subject}/resize`, {
        spec: { containers: [{ name: 'main', resources: { limits: null } }] },
      }),
      patch('strategic', 'change the image', `${subject}/resize`, {
        spec: { containers: [{ name: 'main', image: 'y' }] },
      }),
      patch('strategic', 'change the class', `${subject}/resize`, {
        spec: { containers: [{ name: 'main', resources: { requests: { cpu: '2' } } }] },
      }),
      patch('strategic', 'through the pod', subject, {
        spec: { containers: [{ name: 'main', resources: { requests: { cpu: '600m' } } }] },
      }),
    ],
  },
  {
    name: 'subresources: tokens',
    steps: [
      post('create', serviceAccounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'subject' } }),
      post('request', `${serviceAccounts}/subject/token`, tokenRequest({})),
      post(
        'with audience and time',
        `${serviceAccounts}/subject/token`,
        tokenRequest({ audiences: ['a', 'b'], expirationSeconds: 700 }),
      ),
      post('too short', `${serviceAccounts}/subject/token`, tokenRequest({ expirationSeconds: 10 })),
      post('too long', `${serviceAccounts}/subject/token`, tokenRequest({ expirationSeconds: 9_999_999_999 })),
      post(
        'bound to nothing',
        `${serviceAccounts}/subject/token`,
        tokenRequest({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'nothing' } }),
      ),
      post(
        'bound to a kind that cannot be',
        `${serviceAccounts}/subject/token`,
        tokenRequest({ boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'x' } }),
      ),
      post('dry run', `${serviceAccounts}/subject/token?dryRun=All`, tokenRequest({})),
      post('not there', `${serviceAccounts}/nothing/token`, tokenRequest({})),
      post('another kind', `${serviceAccounts}/subject/token`, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'subject' },
      }),
    ],
  },
  {
    name: 'subresources: connections',
    steps: [
      post('node without addresses', '/api/v1/nodes', { metadata: { name: 'corpus-bare' } }),
      post('one', pods, pod('one', { nodeName: 'corpus-nowhere' })),
      post('bare', pods, pod('bare', { nodeName: 'corpus-bare' })),
      post(
        'several',
        pods,
        pod('several', {
          initContainers: [{ name: 'i', image: 'x' }],
          containers: [
            { name: 'a', image: 'x' },
            { name: 'b', image: 'x' },
          ],
        }),
      ),
      post('service', '/api/v1/namespaces/{ns}/services', {
        metadata: { name: 'served' },
        spec: { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] },
      }),
      post('endpoints', '/api/v1/namespaces/{ns}/endpoints', { metadata: { name: 'served' }, subsets: [] }),
      ...[
        'several/log',
        'several/log?container=c',
        'several/log?container=i',
        'several/exec?command=x',
        'several/attach?container=c',
        'one/log',
        'one/log?follow=abc',
        'one/log?sinceTime=abc',
        'one/log?stream=Stdout&tailLines=1',
        'one/log?limitBytes=99999999999999999999',
        'one/log?dryRun=All',
        'one/exec?command=x',
        'one/exec?stdin=abc',
        'one/exec?dryRun=All',
        'one/portforward?ports=x',
        'one/portforward?ports=1',
        'one/proxy',
        'one:80/proxy/path',
        'http:one:80/proxy/',
        'ftp:one:80/proxy/',
        'a:b:c:d/proxy/',
        'bare/log',
        'bare/exec?command=x',
        'bare/portforward',
        'nothing/log',
        'nothing/exec?command=x',
        'nothing/attach',
        'nothing/portforward',
        'nothing/proxy',
      ].map((rest) => get(rest, `${pods}/${rest}`)),
      ...['corpus-bare', 'corpus-nowhere', 'corpus-nowhere:80', 'a:b:c:d'].map((name) =>
        get(`node ${name}`, `/api/v1/nodes/${name}/proxy/`),
      ),
      ...['served', 'served:80', 'served:81', 'served:http', 'nothing', 'nothing:80', 'a:b:c:d'].map((name) =>
        get(`service ${name}`, `/api/v1/namespaces/{ns}/services/${name}/proxy/`),
      ),
      remove('remove node', '/api/v1/nodes/corpus-bare'),
    ],
  },
  {
    name: 'subresources: component statuses',
    steps: [
      get('scheduler', '/api/v1/componentstatuses/scheduler'),
      get('scheduler as table', '/api/v1/componentstatuses/scheduler', { accept: TABLE }),
      get('by field', '/api/v1/componentstatuses?fieldSelector=metadata.name%3Dscheduler'),
      get('by field as table', '/api/v1/componentstatuses?fieldSelector=metadata.name%3Dscheduler', { accept: TABLE }),
      get('by label', '/api/v1/componentstatuses?labelSelector=a%3Db'),
      get('nothing', '/api/v1/componentstatuses/nothing'),
      remove('delete', '/api/v1/componentstatuses/scheduler'),
    ],
  },
  {
    name: 'subresources: namespace status and finalize',
    steps: [
      post('create', '/api/v1/namespaces', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'differential-status' },
      }),
      get('status', '/api/v1/namespaces/differential-status/status'),
      patch('merge', 'patch status', '/api/v1/namespaces/differential-status/status', {
        status: { phase: 'Terminating' },
      }),
      patch('merge', 'patch finalizers in the spec', '/api/v1/namespaces/differential-status', {
        spec: { finalizers: [] },
      }),
      put('finalize while it lives', '/api/v1/namespaces/differential-status/finalize', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'differential-status' },
        spec: { finalizers: [] },
      }),
      get('get', '/api/v1/namespaces/differential-status'),
      remove('delete', '/api/v1/namespaces/differential-status'),
      get('get deleted', '/api/v1/namespaces/differential-status'),
    ],
  },
];
