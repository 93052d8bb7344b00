import test from 'ava';
import type { ContainerStatus as RuntimeStatus } from '../../backends/runtime/interface.ts';
import type { Container, Pod, PodSpec, Service } from '../client/api-types.ts';
import { admitPod } from './admit-pod.ts';
import { Allocation } from './allocation.ts';
import { RestartBackOff } from './back-off.ts';
import type { ContainerRecord } from './container-record.ts';
import { containerResources, resizeOf } from './container-resources.ts';
import { environmentOf, expandVariables } from './environment.ts';
import { isImageName, pullPolicy } from './image-names.ts';
import { nextContainers } from './next-containers.ts';
import { recordsOf } from './pod-records.ts';
import { podStatus } from './pod-status.ts';
import type { References } from './references.ts';
import { serviceVariables } from './service-variables.ts';
import { statusPatch } from './status-patch.ts';

const now = Date.UTC(2026, 0, 1);
const sandbox = { id: 's', ips: ['10.0.0.1'] };

type State = 'none' | 'running' | 'unready' | number;

function runtimeStatus(name: string, state: State): RuntimeStatus | undefined {
  if (state === 'none') return undefined;
  const exitCode = typeof state === 'number' ? state : 0;
  return {
    id: `id-${name}`,
    sandboxId: 's',
    name,
    state: typeof state === 'number' ? 'exited' : 'running',
    startedAt: now,
    finishedAt: typeof state === 'number' ? now : 0,
    exitCode,
    signal: 0,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    terminationMessage: '',
    imageId: 'image',
  };
}

/** "init:i=0 sidecar:s=running main:a=none": kinds, names and states. */
function podOf(text: string, restartPolicy = 'Always', given: Partial<PodSpec> = {}) {
  const entries = text.split(' ').map((entry) => {
    const [kind = '', name = '', state = ''] = entry.split(/[:=]/);
    return { kind, name, state: (/^\d+$/.test(state) ? Number(state) : state) as State };
  });
  const container = (name: string, more: object = {}) => ({ name, image: 'busybox', ...more }) as Container;
  const of = (kind: string, more: object = {}) =>
    entries.filter((entry) => entry.kind === kind).map(({ name }) => container(name, more));
  const init = entries
    .filter(({ kind }) => kind === 'init' || kind === 'sidecar')
    .map(({ kind, name }) => container(name, kind === 'sidecar' ? { restartPolicy: 'Always' } : {}));
  const pod: Pod = {
    metadata: { name: 'pod', namespace: 'default', uid: 'u', generation: 1 },
    spec: { restartPolicy, initContainers: init, containers: of('main'), ...given },
    status: {},
  };
  const records = recordsOf(pod, [], now);
  for (const { name, state } of entries) {
    const record = records.find(({ spec }) => spec.name === name);
    if (record === undefined) continue;
    record.status = runtimeStatus(name, state);
    record.started = state === 'running' || state === 'unready';
    record.ready = state === 'running';
  }
  return { pod, records };
}

const names = (records: readonly ContainerRecord[]): string => records.map(({ spec }) => spec.name).join(',');

const next: Record<
  string,
  readonly [pod: string, restartPolicy: string, start: string, stop: string, isDone: boolean]
> = {
  'containers start together': ['main:a=none main:b=none', 'Always', 'a,b', '', false],
  'init containers come first, one at a time': ['init:i=none init:j=none main:a=none', 'Always', 'i', '', false],
  'a running init container is waited for': ['init:i=running init:j=none main:a=none', 'Always', '', '', false],
  'the next init container follows one that succeeded': ['init:i=0 init:j=none main:a=none', 'Always', 'j', '', false],
  'a failed init container runs again': ['init:i=1 main:a=none', 'OnFailure', 'i', '', false],
  'a failed init container ends a pod that never restarts': ['init:i=1 main:a=none', 'Never', '', '', true],
  'containers start after all init containers': ['init:i=0 main:a=none', 'Always', 'a', '', false],
  'a sidecar starts before what follows it': ['sidecar:s=none init:i=none main:a=none', 'Always', 's', '', false],
  'what follows a sidecar starts beside it': ['sidecar:s=running init:i=none main:a=none', 'Always', 'i', '', false],
  'a sidecar that ended runs again': ['sidecar:s=0 main:a=running', 'Never', 's', '', false],
  'sidecars stop when the containers are done': ['sidecar:s=running main:a=0', 'Never', '', 's', true],
  'Always restarts what succeeded': ['main:a=0', 'Always', 'a', '', false],
  'OnFailure restarts what failed': ['main:a=1 main:b=0', 'OnFailure', 'a', '', false],
  'OnFailure is done with what succeeded': ['main:a=0 main:b=0', 'OnFailure', '', '', true],
  'Never restarts nothing': ['main:a=1 main:b=running', 'Never', '', '', false],
  'init containers do not run again once containers have': ['init:i=none main:a=running', 'Always', '', '', false],
};

for (const [claim, [text, restartPolicy, start, stop, isDone]] of Object.entries(next)) {
  test(`next containers: ${claim}`, (t) => {
    const { pod, records } = podOf(text, restartPolicy);
    const found = nextContainers(pod.spec, records);
    t.deepEqual([names(found.start), names(found.stop), found.isDone], [start, stop, isDone]);
  });
}

test('a container that is being started is left alone', (t) => {
  const { pod, records } = podOf('main:a=none main:b=none');
  const [first] = records;
  if (first !== undefined) first.busy = 'starting';
  t.is(names(nextContainers(pod.spec, records).start), 'b');
});

test('rules of a container win over the restart policy of its pod', (t) => {
  const { pod, records } = podOf('main:a=42 main:b=running', 'Never');
  const [first] = records;
  if (first !== undefined)
    first.spec.restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }];
  t.is(names(nextContainers(pod.spec, records).start), 'a');
});

function nodeWith(others: readonly Pod[], allocatable: object = {}) {
  const all = { pods: '110', cpu: '2', memory: '4Gi', ...allocatable };
  return { name: 'n', labels: {}, allocatable: all, neighbours: () => others };
}

function asking(requests: Record<string, string>): Pod {
  const { pod } = podOf('main:a=none');
  const [container] = pod.spec?.containers ?? [];
  if (container !== undefined) container.resources = { requests };
  return pod;
}

test('a pod is refused where its node has too little left of a resource, and told of the first', (t) => {
  const refusal = (pod: Pod, others: readonly Pod[], allocatable = {}) => {
    const { reason, message } = admitPod(pod, nodeWith(others, allocatable)) ?? {};
    return reason === undefined ? undefined : `${reason}: ${message}`;
  };
  const others = [asking({ cpu: '500m', memory: '1Gi' }), asking({ cpu: '1' })];
  t.is(refusal(asking({ cpu: '500m', memory: '3Gi' }), others), undefined);
  t.is(
    refusal(asking({ cpu: '501m', memory: '5Gi' }), others),
    "OutOfcpu: Node didn't have enough resource: cpu, requested: 501, used: 1500, capacity: 2000",
  );
  t.regex(
    refusal(asking({ memory: '3073Mi' }), others) ?? '',
    /^OutOfmemory: .* used: 1073741824, capacity: 4294967296$/,
  );
  t.regex(refusal(asking({}), others, { pods: '2' }) ?? '', /^OutOfpods: .* requested: 1, used: 2, capacity: 2$/);
  t.is(refusal(asking({ 'example.com/given-out-by-others': '7' }), others), undefined);
  t.is(
    refusal(asking({ 'hugepages-2Mi': '4Mi' }), others, { 'hugepages-2Mi': '2Mi' })?.split(':')[0],
    'OutOfhugepages-2Mi',
  );
});

test('a pod is refused by a node that it does not ask for', (t) => {
  const pod = asking({});
  const node = { ...nodeWith([]), labels: { disk: 'ssd' } };
  if (pod.spec !== undefined) pod.spec.nodeSelector = { disk: 'ssd' };
  t.is(admitPod(pod, node), undefined);
  if (pod.spec !== undefined) pod.spec.nodeSelector = { disk: 'tape' };
  t.is(
    admitPod(pod, node)?.message,
    "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  );
});

test('a resize waits for room, keeps what the pod has meanwhile, and is told of once', (t) => {
  const neighbours = [asking({ cpu: '1' })];
  const parts = { neighbours: () => neighbours, allocatable: { pods: '110', cpu: '2' } };
  const allocation = new Allocation(asking({ cpu: '500m' }));
  const cpu = () => allocation.pod.spec?.containers[0]?.resources?.requests?.cpu;
  t.is(allocation.take(asking({ cpu: '500m' }), parts), undefined);
  const wanted = asking({ cpu: '1500m' });
  t.is(allocation.take(wanted, parts)?.reason, 'ResizeDeferred');
  t.is(allocation.deferral, "Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000");
  t.is(cpu(), '500m');
  wanted.metadata.generation = 2;
  t.regex(
    allocation.take(wanted, parts)?.message ?? '',
    /^Pod resize OutOfcpu: \{"containers":\[.*"generation":2,"error":/,
  );
  t.is(allocation.take(wanted, parts), undefined);
  neighbours.pop();
  t.is(allocation.take(wanted, parts)?.reason, 'ResizeStarted');
  t.is(allocation.deferral, undefined);
  t.is(cpu(), '1500m');
});

test('a pod is refused where another one has its host port', (t) => {
  const withPort = (hostPort: number, given: object = {}) => {
    const { pod } = podOf('main:a=none');
    const [container] = pod.spec?.containers ?? [];
    if (container !== undefined) container.ports = [{ containerPort: 80, hostPort, ...given }];
    return pod;
  };
  const refusal = (pod: Pod, ...others: readonly Pod[]) => admitPod(pod, nodeWith(others))?.reason;
  t.is(refusal(withPort(80)), undefined);
  t.is(refusal(withPort(80), withPort(80)), 'NodePorts');
  t.is(refusal(withPort(80), withPort(81), withPort(80, { protocol: 'UDP' })), undefined);
  t.is(refusal(withPort(80, { hostIP: '127.0.0.1' }), withPort(80, { hostIP: '10.0.0.1' })), undefined);
  t.is(refusal(withPort(80, { hostIP: '127.0.0.1' }), withPort(80)), 'NodePorts');
});

test('resources of a running container change at once, or by a restart where its policy wants that', (t) => {
  const container = (cpu: string, memory: string) => ({
    name: 'c',
    resources: { requests: { cpu, memory }, limits: { cpu, memory } },
    resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }],
  });
  const before = container('100m', '64Mi').resources;
  t.is(resizeOf(container('0.1', '65536Ki'), before), 'nothing');
  t.is(resizeOf(container('200m', '64Mi'), before), 'update');
  t.is(resizeOf(container('200m', '128Mi'), before), 'restart');
  t.is(resizeOf({ name: 'c' }, before), 'update');
  t.deepEqual(containerResources(container('250m', '1Gi')), { cpuRequest: 250, cpuLimit: 250, memoryLimit: 2 ** 30 });
});

test('a spec that is not acted on yet is not said to be observed', (t) => {
  const { pod, records } = podOf('main:a=running');
  const of = { ...statusParts(pod, records), before: { observedGeneration: 0 } };
  t.is(podStatus(of).observedGeneration, 1);
  t.is(podStatus({ ...of, isResizing: true }).observedGeneration, 0);
});

test('an init container is ready when it has done its work, and not while it runs', (t) => {
  const ready = (text: string) => {
    const { pod, records } = podOf(text);
    return podStatus(statusParts(pod, records)).initContainerStatuses?.map((each) => each.ready);
  };
  t.deepEqual(ready('init:i=running main:a=none'), [false]);
  t.deepEqual(ready('init:i=0 init:j=1 sidecar:s=running main:a=none'), [true, false, true]);
});

const phases: Record<string, readonly [pod: string, restartPolicy: string, phase: string]> = {
  'nothing has started': ['main:a=none', 'Always', 'Pending'],
  'an init container runs': ['init:i=running main:a=none', 'Always', 'Pending'],
  'an init container failed for good': ['init:i=1 main:a=none', 'Never', 'Failed'],
  'an init container will run again': ['init:i=1 main:a=none', 'OnFailure', 'Pending'],
  'one of two has started': ['main:a=running main:b=none', 'Always', 'Pending'],
  'all run': ['main:a=running main:b=running', 'Always', 'Running'],
  'one runs, one has ended': ['main:a=running main:b=1', 'Never', 'Running'],
  'all will run again': ['main:a=1', 'Always', 'Running'],
  'all succeeded': ['main:a=0 main:b=0', 'OnFailure', 'Succeeded'],
  'one failed for good': ['main:a=0 main:b=1', 'Never', 'Failed'],
};

for (const [claim, [text, restartPolicy, phase]] of Object.entries(phases)) {
  test(`phase: ${claim}`, (t) => {
    const { pod, records } = podOf(text, restartPolicy);
    const isTerminal = phase === 'Failed' || phase === 'Succeeded';
    const status = podStatus({ ...statusParts(pod, records), isTerminal });
    t.is(status.phase, phase);
  });
}

function statusParts(pod: Pod, records: readonly ContainerRecord[]) {
  return {
    pod,
    before: {},
    records,
    sandbox,
    runtime: 'simulated',
    hostIp: '172.16.0.2',
    startedAt: now,
    now,
    isTerminal: false,
    failure: undefined,
  } as const;
}

test('a deleted pod whose containers ended well has succeeded, whatever its restart policy', (t) => {
  const { pod, records } = podOf('main:a=0');
  t.is(podStatus({ ...statusParts(pod, records), isTerminal: true }).phase, 'Succeeded');
});

test('a pod is not terminal while something of it runs, and stays terminal afterwards', (t) => {
  const { pod, records } = podOf('sidecar:s=running main:a=1', 'Never');
  t.is(podStatus({ ...statusParts(pod, records), before: { phase: 'Running' } }).phase, 'Running');
  const { records: later } = podOf('main:a=running');
  t.is(podStatus({ ...statusParts(pod, later), before: { phase: 'Failed' } }).phase, 'Failed');
});

test('conditions say what is not ready, and keep their times while they stay the same', (t) => {
  const { pod, records } = podOf('init:i=0 main:a=running main:b=unready');
  const status = podStatus(statusParts(pod, records));
  const shown = (status.conditions ?? []).map(({ type, status: is, reason, message }) =>
    [type, is, reason, message].filter((text) => text !== undefined),
  );
  const unready = ['False', 'ContainersNotReady', 'containers with unready status: [b]'];
  t.deepEqual(shown, [
    ['PodReadyToStartContainers', 'True'],
    ['Initialized', 'True'],
    ['Ready', ...unready],
    ['ContainersReady', ...unready],
    ['PodScheduled', 'True'],
  ]);
  const later = podStatus({ ...statusParts(pod, records), before: status, now: now + 60_000 });
  t.deepEqual(later.conditions, status.conditions);
});

test('a readiness gate holds a pod back until somebody says True', (t) => {
  const { pod, records } = podOf('main:a=running', 'Always', {
    readinessGates: [{ conditionType: 'example.com/gate' }],
  });
  const ready = (status: Pod['status']) => status?.conditions?.find(({ type }) => type === 'Ready');
  t.like(ready(podStatus(statusParts(pod, records))), {
    status: 'False',
    reason: 'ReadinessGatesNotReady',
    message: 'corresponding condition of pod readiness gate "example.com/gate" does not exist.',
  });
  pod.status = { conditions: [{ type: 'example.com/gate', status: 'True' }] };
  t.is(ready(podStatus(statusParts(pod, records)))?.status, 'True');
});

test('a status of a container waits while its back-off does, and tells of the last end', (t) => {
  const { pod, records } = podOf('main:a=7');
  const [record] = records;
  if (record !== undefined)
    Object.assign(record, { restarts: 3, waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } });
  const [status] = podStatus(statusParts(pod, records)).containerStatuses ?? [];
  t.deepEqual(status?.state, { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } });
  t.like(status?.lastState?.terminated, { exitCode: 7, reason: 'Error' });
  t.is(status?.restartCount, 3);
});

test('a container that ran when its kubelet died has ended without a trace', (t) => {
  const { pod } = podOf('main:a=none');
  pod.status = {
    containerStatuses: [
      {
        name: 'a',
        image: 'busybox',
        imageID: 'i',
        ready: true,
        restartCount: 2,
        state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
      },
    ],
  };
  const [record] = recordsOf(pod, [], now);
  t.like(record?.status, { exitCode: 137, reason: 'ContainerStatusUnknown', state: 'exited' });
  t.is(record?.restarts, 2);
});

test('waits between restarts double up to five minutes, and are forgotten after twice that', (t) => {
  const backOff = new RestartBackOff({ initial: 10_000, max: 300_000 });
  t.is(backOff.remaining(now, now), 0);
  const delays: number[] = [];
  let time = now;
  for (let round = 0; round < 7; round++) {
    backOff.next(time);
    delays.push(backOff.delay);
    t.is(backOff.remaining(time, time + 1000), backOff.delay - 1000);
    time += backOff.delay;
  }
  t.deepEqual(delays, [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
  t.is(backOff.remaining(time + 700_000, time + 700_000), 0);
});

test('a patch says only what has changed, and takes away what is no longer so', (t) => {
  const condition = (status: string, reason?: string) => ({
    type: 'Ready',
    status,
    ...(reason === undefined ? {} : { reason }),
  });
  t.is(
    statusPatch(
      { phase: 'Running', conditions: [condition('True')] },
      { phase: 'Running', conditions: [condition('True')] },
    ),
    undefined,
  );
  t.deepEqual(
    statusPatch(
      { phase: 'Pending', podIP: '1', conditions: [condition('False', 'X')] },
      { phase: 'Running', podIP: '1', conditions: [condition('True')] },
    ),
    { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', reason: null }] },
  );
  t.deepEqual(statusPatch({ reason: 'Evicted' }, { phase: 'Failed' }), { phase: 'Failed', reason: null });
});

test('a pod that gets another address loses the old one', (t) => {
  const patch = statusPatch({ podIP: '1', podIPs: [{ ip: '1' }] }, { podIP: '2', podIPs: [{ ip: '2' }] });
  t.deepEqual(patch, { podIP: '2', podIPs: [{ $patch: 'replace' }, { ip: '2' }] });
  t.deepEqual(statusPatch({}, { podIPs: [{ ip: '2' }] }), { podIPs: [{ ip: '2' }] });
});

test('conditions of others are not touched', (t) => {
  const before = { conditions: [{ type: 'DisruptionTarget', status: 'True' }] };
  t.is(statusPatch(before, { conditions: [] }), undefined);
});

test('variables are put in for $(NAME), and $$ stands for a mark', (t) => {
  const variables = new Map([['A', '1']]);
  t.is(expandVariables('$(A) $$(A) $(B) $A', variables), '1 $(A) $(B) $A');
});

test('names of images', (t) => {
  for (const name of [
    'nginx',
    'nginx:1.25',
    'localhost:5000/a/b:c',
    'registry.k8s.io/pause:3.10',
    'a@sha256:'.padEnd(73, 'a'),
  ]) {
    t.true(isImageName(name), name);
  }
  for (const name of ['', 'Nginx', 'a b', 'nginx:', ':1', 'a//b']) t.false(isImageName(name), name);
  t.is(pullPolicy({ name: 'a', image: 'nginx' }), 'Always');
  t.is(pullPolicy({ name: 'a', image: 'host:5000/nginx:1' }), 'IfNotPresent');
});

test('containers are told of services with an address by variables, named ports and the old links among them', (t) => {
  const service = (name: string, clusterIP: string, ports: NonNullable<Service['spec']>['ports']): Service => ({
    metadata: { name, namespace: 'default' },
    spec: { clusterIP, ports },
  });
  const api = service('kubernetes', '10.0.0.1', [{ name: 'https', port: 443, protocol: 'TCP' }]);
  const mine = service('my-db', '10.0.0.7', [
    { name: 'sql', port: 5432, protocol: 'TCP' },
    { name: 'q-log', port: 53, protocol: 'UDP' },
  ]);
  const headless = service('headless', 'None', [{ port: 1 }]);
  t.deepEqual(Object.fromEntries(serviceVariables({ ofNamespace: [mine, headless], api })), {
    KUBERNETES_SERVICE_HOST: '10.0.0.1',
    KUBERNETES_SERVICE_PORT: '443',
    KUBERNETES_SERVICE_PORT_HTTPS: '443',
    KUBERNETES_PORT: 'tcp://10.0.0.1:443',
    KUBERNETES_PORT_443_TCP: 'tcp://10.0.0.1:443',
    KUBERNETES_PORT_443_TCP_PROTO: 'tcp',
    KUBERNETES_PORT_443_TCP_PORT: '443',
    KUBERNETES_PORT_443_TCP_ADDR: '10.0.0.1',
    MY_DB_SERVICE_HOST: '10.0.0.7',
    MY_DB_SERVICE_PORT: '5432',
    MY_DB_SERVICE_PORT_SQL: '5432',
    MY_DB_SERVICE_PORT_Q_LOG: '53',
    MY_DB_PORT: 'tcp://10.0.0.7:5432',
    MY_DB_PORT_5432_TCP: 'tcp://10.0.0.7:5432',
    MY_DB_PORT_5432_TCP_PROTO: 'tcp',
    MY_DB_PORT_5432_TCP_PORT: '5432',
    MY_DB_PORT_5432_TCP_ADDR: '10.0.0.7',
    MY_DB_PORT_53_UDP: 'udp://10.0.0.7:53',
    MY_DB_PORT_53_UDP_PROTO: 'udp',
    MY_DB_PORT_53_UDP_PORT: '53',
    MY_DB_PORT_53_UDP_ADDR: '10.0.0.7',
  });
  t.is(serviceVariables({ ofNamespace: [], api: undefined }).size, 0);
});

test('what a container says itself goes before what it is told of services, and may be made of that', async (t) => {
  const services = new Map([
    ['DB_SERVICE_HOST', '10.0.0.7'],
    ['DB_SERVICE_PORT', '5432'],
  ]);
  const container: Container = {
    name: 'c',
    env: [
      { name: 'DB_SERVICE_PORT', value: '1' },
      { name: 'URL', value: 'sql://$(DB_SERVICE_HOST):$(DB_SERVICE_PORT)' },
    ],
  };
  const facts = { pod: { metadata: {} }, podIps: [], hostIp: '', allocatable: {} };
  const env = await environmentOf(container, { facts, references: {} as References, services });
  t.deepEqual(
    [...env],
    [
      ['DB_SERVICE_PORT', '1'],
      ['URL', 'sql://10.0.0.7:1'],
      ['DB_SERVICE_HOST', '10.0.0.7'],
    ],
  );
});
