import test, { type ExecutionContext } from 'ava';
import { defaultScheduler } from '../../backends/scheduler/default/default-scheduler.ts';
import type { ClusterObjects, Devices, PodInfo, SchedulerHandle } from '../../backends/scheduler/interface.ts';
import { MovedClock } from '../../backends/runtime/contract/moved-clock-harness.ts';
import { selectorFromSet } from '../apimachinery/labels/selector.ts';
import type { Node, Pod, PodSpec } from '../client/api-types.ts';
import { keyed } from './compile/keyed-selector.ts';
import { podInfo } from './compile/pod-info.ts';
import { NodeFinder, nodesToFind } from './find-node.ts';
import { Heap } from './heap.ts';
import { Nominator } from './nominator.ts';
import { ProfileRunner } from './profile-runner.ts';
import { SchedulerCache } from './scheduler-cache.ts';
import { SchedulingQueue } from './scheduling-queue.ts';

interface NodeGiven {
  readonly labels?: Record<string, string>;
  readonly cpu?: string;
  readonly memory?: string;
  readonly pods?: string;
  readonly scalars?: Record<string, string>;
  readonly taints?: NonNullable<Node['spec']>['taints'];
  readonly unschedulable?: boolean;
  readonly images?: Record<string, number>;
}

function node(name: string, given: NodeGiven = {}): Node {
  const {
    labels = {},
    cpu = '4',
    memory = '8Gi',
    pods = '110',
    scalars = {},
    taints,
    unschedulable,
    images = {},
  } = given;
  return {
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: { ...(taints === undefined ? {} : { taints }), ...(unschedulable === undefined ? {} : { unschedulable }) },
    status: {
      allocatable: { cpu, memory, pods, 'ephemeral-storage': '100Gi', ...scalars },
      images: Object.entries(images).map(([image, sizeBytes]) => ({ names: [image], sizeBytes })),
    },
  };
}

interface PodGiven extends Partial<PodSpec> {
  readonly labels?: Record<string, string>;
  readonly requests?: Record<string, string>;
  readonly namespace?: string;
  readonly image?: string;
  readonly hostPort?: number;
  readonly on?: string;
  readonly nominated?: string;
  readonly started?: string;
  readonly deleted?: boolean;
}

let made = 0;

function pod(name: string, given: PodGiven = {}): PodInfo {
  const {
    labels = {},
    requests,
    namespace = 'default',
    image = 'nginx',
    hostPort,
    on,
    nominated,
    started,
    deleted,
    ...spec
  } = given;
  const container = {
    name: 'c',
    image,
    ...(requests === undefined ? {} : { resources: { requests } }),
    ...(hostPort === undefined ? {} : { ports: [{ containerPort: 80, hostPort }] }),
  };
  const object: Pod = {
    metadata: {
      name,
      namespace,
      uid: `${name}-${++made}`,
      labels,
      ...(deleted === true ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: { containers: [container], ...(on === undefined ? {} : { nodeName: on }), ...spec },
    status: {
      ...(nominated === undefined ? {} : { nominatedNodeName: nominated }),
      ...(started === undefined ? {} : { startTime: started }),
      ...(deleted === true
        ? { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }] }
        : {}),
    },
  };
  return podInfo(object);
}

interface World {
  readonly nodes: readonly Node[];
  readonly pods?: readonly PodInfo[];
  readonly nominated?: readonly PodInfo[];
  readonly objects?: Partial<ClusterObjects>;
  readonly devices?: Partial<Devices>;
  readonly defaultSelector?: Record<string, string>;
  readonly namespaceLabels?: Record<string, Record<string, string>>;
}

const noObjects: ClusterObjects = {
  claim: () => undefined,
  volume: () => undefined,
  volumesOf: () => [],
  storageClass: () => undefined,
  budgets: () => [],
  nodeDrivers: () => undefined,
  attachedTo: () => [],
  driver: () => undefined,
  capacitiesOf: () => [],
  podsUsingClaim: () => 0,
  bindVolume: () => Promise.resolve(),
  provision: () => Promise.resolve(),
  claimsBound: () => Promise.resolve(),
};

const noDevices: Devices = {
  claimsOf: () => [],
  allocated: () => [],
  deviceClass: () => undefined,
  pools: () => [],
  reserve: () => Promise.resolve(),
  unreserve: () => Promise.resolve(),
  deallocate: () => Promise.resolve(),
};

function world({ nodes, pods = [], nominated = [], objects, devices, defaultSelector, namespaceLabels = {} }: World) {
  const cache = new SchedulerCache();
  for (const each of nodes) cache.setNode(each);
  for (const each of pods) cache.setPod(each);
  const nominator = new Nominator();
  for (const each of nominated) nominator.set(each, each.nominatedNodeName);
  const handle: SchedulerHandle = {
    nodes: cache,
    objects: { ...noObjects, ...objects },
    devices: { ...noDevices, ...devices },
    defaultSelector: () => (defaultSelector === undefined ? undefined : keyed(selectorFromSet(defaultSelector))),
    namespaceLabels: (namespace) => namespaceLabels[namespace] ?? {},
    bind: () => Promise.resolve(),
  };
  const [profile] = defaultScheduler({ random: () => 0 }).profiles(handle);
  if (profile === undefined) throw new Error('no profile');
  const runner = new ProfileRunner(profile);
  const finder = new NodeFinder({ cache, nominator, random: () => 0.99 });
  /** The node's name, or why there is none, with what preemption says. */
  const decide = async (wanted: PodInfo) => {
    const result = finder.find(wanted, runner);
    if ('node' in result)
      return { node: result.node.name, message: '', victims: [] as string[], rejectedBy: [] as string[] };
    const preempted = result.context === undefined ? undefined : await runner.postFilter(wanted, result.context);
    return {
      node: preempted?.nominatedNode ?? '',
      message: [result.message, preempted?.message].filter((text) => text !== undefined && text !== '').join(' '),
      victims: preempted?.victims.map(({ name }) => name) ?? [],
      rejectedBy: [...result.rejectedBy].toSorted(),
    };
  };
  return { cache, decide, runner };
}

async function goesTo(t: ExecutionContext, where: string, wanted: PodInfo, given: World): Promise<void> {
  const { node: found, message } = await world(given).decide(wanted);
  t.is(found, where, message);
}

/** The reasons without what preemption adds. */
async function fitsNowhere(t: ExecutionContext, reasons: string, wanted: PodInfo, given: World): Promise<void> {
  const { message, victims } = await world(given).decide(wanted);
  t.deepEqual(victims, []);
  t.is(
    message.replace(/ no new claims to deallocate, preemption: .*$/, ''),
    `0/${given.nodes.length} nodes are available: ${reasons}.`,
  );
}

const three = [node('a'), node('b'), node('c')];
const soft = (labels: Record<string, string>, topologyKey = 'kubernetes.io/hostname') => ({
  weight: 100,
  podAffinityTerm: { labelSelector: { matchLabels: labels }, topologyKey },
});
const hard = (labels: Record<string, string>, topologyKey = 'kubernetes.io/hostname') => ({
  labelSelector: { matchLabels: labels },
  topologyKey,
});

test('without nodes nothing can be scheduled', async (t) => {
  t.is((await world({ nodes: [] }).decide(pod('p'))).message, 'no nodes available to schedule pods');
});

test('resources: what is asked for must be free, and reasons are counted and sorted', async (t) => {
  const nodes = [node('a', { cpu: '1' }), node('b', { memory: '1Gi' }), node('c', { cpu: '1', memory: '1Gi' })];
  await fitsNowhere(
    t,
    '2 Insufficient cpu, 2 Insufficient memory',
    pod('p', { requests: { cpu: '2', memory: '2Gi' } }),
    { nodes },
  );
  await goesTo(t, 'b', pod('p', { requests: { cpu: '2' } }), { nodes });
  await fitsNowhere(t, '1 Insufficient example.com/gpu', pod('p', { requests: { 'example.com/gpu': '2' } }), {
    nodes: [node('a', { scalars: { 'example.com/gpu': '1' } })],
  });
  await fitsNowhere(t, '1 Too many pods', pod('p'), {
    nodes: [node('a', { pods: '1' })],
    pods: [pod('x', { on: 'a' })],
  });
});

test('resources: init containers, sidecars, overhead and pod-level requests count as upstream counts them', (t) => {
  const container = (cpu: string, more: object = {}) => ({
    name: 'i',
    image: 'i',
    resources: { requests: { cpu } },
    ...more,
  });
  const cpu = (given: PodGiven) => pod('p', { requests: { cpu: '1' }, ...given }).requests.cpu;
  t.is(cpu({}), 1000);
  t.is(cpu({ initContainers: [container('3')] }), 3000);
  t.is(cpu({ initContainers: [container('500m', { restartPolicy: 'Always' }), container('2')] }), 2500);
  t.is(cpu({ initContainers: [container('500m', { restartPolicy: 'Always' })] }), 1500);
  t.is(cpu({ overhead: { cpu: '250m' } }), 1250);
  t.is(cpu({ resources: { requests: { cpu: '5' } } }), 5000);
  t.is(pod('p').usualCpu, 100);
  t.is(pod('p').usualMemory, 200 * 1024 * 1024);
});

test('the emptiest node is liked best', async (t) => {
  const pods = [
    pod('x', { on: 'a', requests: { cpu: '2', memory: '2Gi' } }),
    pod('y', { on: 'b', requests: { cpu: '1', memory: '1Gi' } }),
  ];
  await goesTo(t, 'c', pod('p', { requests: { cpu: '1', memory: '1Gi' } }), { nodes: three, pods });
});

test('a balanced use of CPU and memory breaks what would else be a tie', async (t) => {
  const pods = [
    pod('x', { on: 'a', requests: { cpu: '2', memory: '1Gi' } }),
    pod('y', { on: 'b', requests: { cpu: '500m', memory: '4Gi' } }),
  ];
  await goesTo(t, 'b', pod('p', { requests: { cpu: '1500m', memory: '128Mi' } }), {
    nodes: [node('a'), node('b')],
    pods,
  });
});

test('cordoned nodes take only pods that tolerate it', async (t) => {
  const nodes = [node('a', { unschedulable: true })];
  await fitsNowhere(t, '1 node(s) were unschedulable', pod('p'), { nodes });
  await goesTo(t, 'a', pod('p', { tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }] }), {
    nodes,
  });
});

test('taints keep pods away that do not tolerate them', async (t) => {
  const nodes = [node('a', { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] })];
  await fitsNowhere(t, '1 node(s) had untolerated taint(s)', pod('p'), { nodes });
  for (const toleration of [
    { key: 'k', value: 'v' },
    { key: 'k', operator: 'Exists' },
    { operator: 'Exists' },
    { key: 'k', value: 'v', effect: 'NoSchedule' },
  ]) {
    await goesTo(t, 'a', pod('p', { tolerations: [toleration] }), { nodes });
  }
  for (const toleration of [
    { key: 'k', value: 'w' },
    { key: 'j', operator: 'Exists' },
    { key: 'k', operator: 'Exists', effect: 'NoExecute' },
  ]) {
    await fitsNowhere(t, '1 node(s) had untolerated taint(s)', pod('p', { tolerations: [toleration] }), { nodes });
  }
});

test('soft taints make a node less liked, not impossible', async (t) => {
  const nodes = [node('a', { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] }), node('b', { cpu: '2' })];
  await goesTo(t, 'b', pod('p', { requests: { cpu: '1' } }), { nodes });
  await goesTo(t, 'a', pod('p', { requests: { cpu: '3' } }), { nodes });
});

test('node selectors and required node affinity must match', async (t) => {
  const nodes = [node('a', { labels: { disk: 'ssd', size: '5' } }), node('b', { labels: { disk: 'hdd' } })];
  const affinity = (...terms: object[]) => ({
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms as never } },
    },
  });
  const expression = (key: string, operator: string, values: string[] = []) => ({
    matchExpressions: [{ key, operator, values }],
  });
  await goesTo(t, 'a', pod('p', { nodeSelector: { disk: 'ssd' } }), { nodes });
  await goesTo(t, 'b', pod('p', affinity(expression('disk', 'NotIn', ['ssd']))), { nodes });
  await goesTo(t, 'a', pod('p', affinity(expression('disk', 'In', ['nvme']), expression('size', 'Gt', ['4']))), {
    nodes,
  });
  await goesTo(t, 'b', pod('p', affinity(expression('size', 'DoesNotExist'))), { nodes });
  await fitsNowhere(
    t,
    "2 node(s) didn't match Pod's node affinity/selector",
    pod('p', { nodeSelector: { disk: 'tape' } }),
    { nodes },
  );
  await fitsNowhere(t, "2 node(s) didn't match Pod's node affinity/selector", pod('p', affinity({})), { nodes });
});

test('a node must declare what a pod cannot do without', async (t) => {
  const wanting = pod('p', { hostNetwork: true, hostUsers: false });
  await fitsNowhere(t, "1 node(s) didn't match Pod's required features", wanting, { nodes: [node('a')] });
  const declaring = node('b');
  const status = { ...declaring.status, declaredFeatures: ['UserNamespacesHostNetworkSupport'] };
  await goesTo(t, 'b', wanting, { nodes: [node('a'), { ...declaring, status }] });
});

test('affinity to a node by name looks at no other', async (t) => {
  const byName = (name: string, more: object = {}) =>
    pod('p', {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }],
          },
        },
      },
      ...more,
    });
  await goesTo(t, 'b', byName('b'), { nodes: three });
  await fitsNowhere(
    t,
    "1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]",
    byName('b', { requests: { cpu: '9' } }),
    { nodes: three },
  );
});

test('preferred node affinity wins over emptiness', async (t) => {
  const nodes = [node('a'), node('b', { labels: { zone: 'z' }, cpu: '2' })];
  const preference = { weight: 50, preference: { matchExpressions: [{ key: 'zone', operator: 'In', values: ['z'] }] } };
  await goesTo(
    t,
    'b',
    pod('p', {
      requests: { cpu: '1' },
      affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [preference] } },
    }),
    { nodes },
  );
});

test('a port of the host is given once', async (t) => {
  const nodes = [node('a')];
  await fitsNowhere(t, "1 node(s) didn't have free ports for the requested pod ports", pod('p', { hostPort: 80 }), {
    nodes,
    pods: [pod('x', { on: 'a', hostPort: 80 })],
  });
  await goesTo(t, 'a', pod('p', { hostPort: 81 }), { nodes, pods: [pod('x', { on: 'a', hostPort: 80 })] });
});

test('pod anti-affinity keeps pods apart, in both directions', async (t) => {
  const antiAffinity = {
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [hard({ app: 'db' })] } },
  };
  const nodes = [node('a'), node('b')];
  await goesTo(t, 'b', pod('p', antiAffinity), { nodes, pods: [pod('x', { on: 'a', labels: { app: 'db' } })] });
  await goesTo(t, 'b', pod('p', { labels: { app: 'db' } }), { nodes, pods: [pod('x', { on: 'a', ...antiAffinity })] });
  const everywhere = ['a', 'b'].map((on) => pod(on, { on, labels: { app: 'db' } }));
  await fitsNowhere(t, "2 node(s) didn't match pod anti-affinity rules", pod('p', antiAffinity), {
    nodes,
    pods: everywhere,
  });
  const refusing = ['a', 'b'].map((on) => pod(on, { on, ...antiAffinity }));
  await fitsNowhere(
    t,
    "2 node(s) didn't satisfy existing pods anti-affinity rules",
    pod('p', { labels: { app: 'db' } }),
    { nodes, pods: refusing },
  );
  await goesTo(t, 'b', pod('p', { namespace: 'other', labels: { app: 'db' } }), {
    nodes: [node('b')],
    pods: [pod('x', { on: 'b', ...antiAffinity })],
  });
});

test('pod affinity brings pods together; the first of a group may go anywhere', async (t) => {
  const together = (labels: Record<string, string>) => ({
    labels,
    affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [hard({ app: 'web' }, 'zone')] } },
  });
  const nodes = [node('a', { labels: { zone: '1' } }), node('b', { labels: { zone: '2' }, cpu: '64' }), node('c')];
  await goesTo(t, 'a', pod('p', together({})), { nodes, pods: [pod('x', { on: 'a', labels: { app: 'web' } })] });
  await fitsNowhere(t, "3 node(s) didn't match pod affinity rules", pod('p', together({})), { nodes });
  t.not((await world({ nodes }).decide(pod('p', together({ app: 'web' })))).node, '');
});

test('namespaces are chosen by name or by label', async (t) => {
  const term = (more: object) => ({
    affinity: {
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...hard({ app: 'db' }), ...more }] },
    },
  });
  const given = {
    nodes: [node('a'), node('b')],
    pods: [pod('x', { on: 'a', namespace: 'other', labels: { app: 'db' } })],
    namespaceLabels: { other: { team: 'red' } },
  };
  await goesTo(t, 'b', pod('p', term({ namespaces: ['other'] })), given);
  await goesTo(t, 'b', pod('p', term({ namespaceSelector: { matchLabels: { team: 'red' } } })), given);
  await goesTo(t, 'b', pod('p', term({ namespaceSelector: {} })), given);
});

test('preferred pod affinity draws, preferred anti-affinity repels', async (t) => {
  const given = { nodes: [node('a'), node('b')], pods: [pod('x', { on: 'b', labels: { app: 'cache' } })] };
  await goesTo(
    t,
    'b',
    pod('p', {
      affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [soft({ app: 'cache' })] } },
    }),
    given,
  );
  await goesTo(
    t,
    'a',
    pod('p', {
      affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [soft({ app: 'cache' })] } },
    }),
    given,
  );
});

const spread = (given: object = {}) => ({
  labels: { app: 'web' },
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'zone',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app: 'web' } },
      ...given,
    },
  ],
});

test('topology spread keeps domains within the skew', async (t) => {
  const nodes = [
    node('a', { labels: { zone: '1' } }),
    node('b', { labels: { zone: '1' } }),
    node('c', { labels: { zone: '2' }, cpu: '1' }),
  ];
  const pods = [pod('x', { on: 'a', labels: { app: 'web' } })];
  await goesTo(t, 'c', pod('p', spread()), { nodes, pods });
  await fitsNowhere(
    t,
    "1 Insufficient cpu, 2 node(s) didn't match pod topology spread constraints",
    pod('p', { ...spread(), requests: { cpu: '2' } }),
    { nodes, pods },
  );
  await fitsNowhere(
    t,
    "1 node(s) didn't match pod topology spread constraints (missing required label)",
    pod('p', spread()),
    { nodes: [node('d')] },
  );
  await fitsNowhere(t, "3 node(s) didn't match pod topology spread constraints", pod('p', spread({ minDomains: 3 })), {
    nodes,
    pods: [...pods, pod('y', { on: 'c', labels: { app: 'web' } })],
  });
  await goesTo(t, 'c', pod('p', spread({ whenUnsatisfiable: 'ScheduleAnyway' })), { nodes, pods });
});

test('pods of a service are spread over hosts although they do not ask for it', async (t) => {
  const pods = [pod('x', { on: 'a', labels: { app: 'web' } }), pod('y', { on: 'c', labels: { app: 'web' } })];
  await goesTo(t, 'b', pod('p', { labels: { app: 'web' } }), { nodes: three, pods, defaultSelector: { app: 'web' } });
});

test('a node that has the image is liked better', async (t) => {
  const nodes = [node('a'), node('b', { images: { 'docker.io/library/big:1': 900 * 2 ** 20 } })];
  await goesTo(t, 'b', pod('p', { image: 'docker.io/library/big:1' }), { nodes });
});

test('preemption takes the least important pods of the node where it costs least', async (t) => {
  const small = { cpu: '2' };
  const pods = [
    pod('a-high', { on: 'a', requests: small, priority: 50 }),
    pod('a-low', { on: 'a', requests: small, priority: 10 }),
    pod('b-low', { on: 'b', requests: small, priority: 5 }),
    pod('b-lower', { on: 'b', requests: small, priority: 1 }),
  ];
  const { decide } = world({ nodes: [node('a'), node('b')], pods });
  const result = await decide(pod('p', { requests: small, priority: 100 }));
  t.like(result, { node: 'b', victims: ['b-lower'], message: '0/2 nodes are available: 2 Insufficient cpu.' });
});

test('preemption spares pods that a budget protects, if it can', async (t) => {
  const requests = { cpu: '4' };
  const pods = [
    pod('x', { on: 'a', requests, labels: { app: 'guarded' } }),
    pod('y', { on: 'b', requests, priority: 3 }),
  ];
  const budgets = () => [
    {
      namespace: 'default',
      selector: selectorFromSet({ app: 'guarded' }),
      disruptionsAllowed: 0,
      disruptedPods: new Set<string>(),
    },
  ];
  const { decide } = world({ nodes: [node('a'), node('b')], pods, objects: { budgets } });
  t.deepEqual((await decide(pod('p', { requests, priority: 10 }))).victims, ['y']);
});

test('preemption says why it cannot help', async (t) => {
  const full = { nodes: [node('a')], pods: [pod('x', { on: 'a', requests: { cpu: '4' }, priority: 10 })] };
  const message = async (wanted: PodInfo, given: World) => (await world(given).decide(wanted)).message;
  t.is(
    await message(pod('p', { requests: { cpu: '1' }, priority: 10 }), full),
    '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
  );
  t.is(
    await message(pod('p', { requests: { cpu: '5' }, priority: 20 }), full),
    '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
  );
  t.is(
    await message(pod('p', { requests: { cpu: '1' }, priority: 20, preemptionPolicy: 'Never' }), full),
    '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
  );
  const leaving = {
    nodes: [node('a')],
    pods: [pod('x', { on: 'a', requests: { cpu: '4' }, priority: 1, deleted: true })],
  };
  t.is(
    await message(pod('p', { requests: { cpu: '1' }, priority: 20, nominated: 'a' }), leaving),
    '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to a terminating pod on the nominated node.',
  );
});

test('room that was made for a more important pod is not given to another', async (t) => {
  const nominated = [pod('first', { requests: { cpu: '4' }, priority: 10, nominated: 'a' })];
  await fitsNowhere(t, '1 Insufficient cpu', pod('p', { requests: { cpu: '1' } }), { nodes: [node('a')], nominated });
  await goesTo(t, 'a', pod('p', { requests: { cpu: '1' }, priority: 11 }), { nodes: [node('a')], nominated });
});

const claim = (given: object = {}) => ({
  namespace: 'default',
  name: 'data',
  uid: 'u',
  isTerminating: false,
  volumeName: '',
  storageClassName: 'local',
  isBound: false,
  isLost: false,
  accessModes: ['ReadWriteOnce'],
  volumeMode: 'Filesystem',
  attributesClassName: '',
  requested: 1000,
  selector: undefined,
  ownerUid: '',
  selectedNode: '',
  ...given,
});
const volume = (name: string, on: string, given: object = {}) => ({
  name,
  labels: {},
  storageClassName: 'local',
  accessModes: ['ReadWriteOnce'],
  volumeMode: 'Filesystem',
  attributesClassName: '',
  capacity: 1000,
  claim: '',
  claimUid: '',
  isAvailable: true,
  isTerminating: false,
  node: { names: undefined, matches: ({ name: of }: { name: string }) => of === on },
  driver: '',
  handle: '',
  ...given,
});
const withClaim = { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] };

test('a pod goes where its volume is', async (t) => {
  const objects = { claim: () => claim({ isBound: true, volumeName: 'pv' }), volume: () => volume('pv', 'b') };
  await goesTo(t, 'b', pod('p', withClaim), { nodes: three, objects });
  await fitsNowhere(t, "1 node(s) didn't match PersistentVolume's node affinity", pod('p', withClaim), {
    nodes: [node('a')],
    objects,
  });
});

test('a claim that waits for its first consumer is bound where the pod goes', async (t) => {
  const storageClass = () => ({
    name: 'local',
    provisioner: 'kubernetes.io/no-provisioner',
    waitsForConsumer: true,
    allowedTopologies: undefined,
  });
  const objects = { claim: () => claim(), storageClass, volumesOf: () => [volume('pv-c', 'c')] };
  await goesTo(t, 'c', pod('p', withClaim), { nodes: three, objects });
  await fitsNowhere(t, "2 node(s) didn't find available persistent volumes to bind", pod('p', withClaim), {
    nodes: [node('a'), node('b')],
    objects,
  });
  const provisioned = {
    ...objects,
    storageClass: () => ({ ...storageClass(), provisioner: 'example.com/csi' }),
    volumesOf: () => [],
  };
  await goesTo(t, 'a', pod('p', withClaim), { nodes: [node('a')], objects: provisioned });
});

test('a claim that is missing, or not bound although it should be, holds the pod back', async (t) => {
  const message = async (objects: Partial<ClusterObjects>) =>
    (await world({ nodes: three, objects }).decide(pod('p', withClaim))).message.replace(/ not found$/, '');
  t.is(await message({}), '0/3 nodes are available: persistentvolumeclaim "data" not found.');
  t.is(
    await message({ claim: () => claim() }),
    '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.',
  );
});

test('a ReadWriteOncePod claim is used by one pod', async (t) => {
  const objects = {
    claim: () => claim({ isBound: true, volumeName: 'pv', accessModes: ['ReadWriteOncePod'] }),
    volume: () => volume('pv', 'a'),
    podsUsingClaim: () => 1,
  };
  const reason =
    '1 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod';
  await fitsNowhere(t, reason, pod('p', withClaim), { nodes: [node('a')], objects });
});

test('a volume with a zone is used in that zone', async (t) => {
  const nodes = [
    node('a', { labels: { 'topology.kubernetes.io/zone': '1' } }),
    node('b', { labels: { 'topology.kubernetes.io/zone': '2' } }),
  ];
  const bound = volume('pv', '', { node: undefined, labels: { 'topology.kubernetes.io/zone': '2__3' } });
  await goesTo(t, 'b', pod('p', withClaim), {
    nodes,
    objects: { claim: () => claim({ isBound: true, volumeName: 'pv' }), volume: () => bound },
  });
});

test('a node takes as many volumes of a driver as it says', async (t) => {
  const bound = volume('pv', '', { node: undefined, driver: 'example.com/csi', handle: 'disk-1' });
  const objects = {
    claim: () => claim({ isBound: true, volumeName: 'pv' }),
    volume: () => bound,
    nodeDrivers: () => ({ limits: new Map([['example.com/csi', 0]]) }),
  };
  await fitsNowhere(t, '1 node(s) exceed max volume count', pod('p', withClaim), { nodes: [node('a')], objects });
});

test('nodes come and go with their pods', (t) => {
  const { cache } = world({ nodes: three, pods: [pod('x', { on: 'b', requests: { cpu: '1' } })] });
  cache.removeNode('b');
  t.deepEqual(
    cache.all.map(({ name }) => name),
    ['a', 'c'],
  );
  cache.setNode(node('b'));
  t.is(cache.get('b')?.requested.cpu, 1000);
});

test('an assumed pod takes room until its binding fails', (t) => {
  const { cache } = world({ nodes: three });
  const assumed = pod('x', { requests: { cpu: '1' } });
  cache.assume(assumed, 'a');
  t.is(cache.get('a')?.requested.cpu, 1000);
  cache.forget(assumed.uid);
  t.is(cache.get('a')?.requested.cpu, 0);
  cache.assume(assumed, 'a');
  cache.setPod({ ...assumed, nodeName: 'a' });
  cache.forget(assumed.uid);
  t.is(cache.get('a')?.pods.length, 1);
});

test('of large clusters a part of the nodes is looked at', (t) => {
  t.deepEqual(
    [10, 100, 500, 5000, 20_000].map((nodes) => nodesToFind(nodes, 0)),
    [10, 100, 230, 500, 1000],
  );
  t.is(nodesToFind(1000, 70), 700);
});

test('the heap gives the least first, whatever was put in and taken out', (t) => {
  const heap = new Heap<number>({ keyOf: String, less: (a, b) => a < b });
  for (const value of [5, 3, 9, 1, 7, 2, 8]) heap.set(value);
  heap.delete('3');
  heap.delete('1');
  t.deepEqual([heap.pop(), heap.pop(), heap.pop(), heap.pop(), heap.pop(), heap.pop()], [2, 5, 7, 8, 9, undefined]);
});

function queue() {
  const clock = new MovedClock();
  const stop = new AbortController();
  const made = new SchedulingQueue(
    {
      clock,
      less: (a, b) => a.pod.priority > b.pod.priority || (a.pod.priority === b.pod.priority && a.since < b.since),
      gateOf: ({ schedulingGates }) => (schedulingGates.length > 0 ? 'SchedulingGates' : undefined),
      isWokenBy: (plugin, event) => plugin === 'Fit' && event === 'pod deleted',
      onReady: () => undefined,
    },
    stop.signal,
  );
  return { clock, queue: made };
}

test('queue: the more important first, then who waits longer', async (t) => {
  const { clock, queue: waiting } = queue();
  waiting.add(pod('old'));
  await clock.move(10);
  waiting.add(pod('young'));
  waiting.add(pod('vip', { priority: 9 }));
  t.deepEqual(
    [waiting.pop(), waiting.pop(), waiting.pop(), waiting.pop()].map((each) => each?.pod.name),
    ['vip', 'old', 'young', undefined],
  );
});

test('queue: a pod that did not fit comes back when something happens that may help, after its back-off', async (t) => {
  const { clock, queue: waiting } = queue();
  waiting.add(pod('p'));
  const tried = waiting.pop();
  if (tried === undefined) throw new Error('nothing to try');
  waiting.addUnschedulable(tried, new Set(['Fit']));
  waiting.move('node added');
  await clock.move(5000);
  t.is(waiting.pop(), undefined);
  waiting.move('pod deleted');
  t.is(waiting.pop()?.pod.name, 'p');
  waiting.addUnschedulable(tried, new Set(['Fit']));
  waiting.move('pod deleted');
  t.is(waiting.pop(), undefined);
  t.is(waiting.sizes.backoff, 1);
  await clock.move(2000);
  t.is(waiting.pop()?.attempts, 3);
});

test('queue: after five minutes a pod is tried again whatever happens', async (t) => {
  const { clock, queue: waiting } = queue();
  waiting.add(pod('p'));
  const tried = waiting.pop();
  if (tried === undefined) throw new Error('nothing to try');
  waiting.addUnschedulable(tried, new Set(['Fit']));
  await clock.move(299_000);
  t.is(waiting.pop(), undefined);
  await clock.move(60_000);
  t.is(waiting.pop()?.pod.name, 'p');
});

test('queue: a pod with gates waits outside until they are gone', (t) => {
  const { queue: waiting } = queue();
  const gated = pod('p', { schedulingGates: [{ name: 'wait' }] });
  waiting.add(gated);
  t.is(waiting.pop(), undefined);
  t.is(waiting.sizes.gated, 1);
  waiting.update({ ...gated, schedulingGates: [] }, { mayFit: true });
  t.is(waiting.pop()?.pod.name, 'p');
});
