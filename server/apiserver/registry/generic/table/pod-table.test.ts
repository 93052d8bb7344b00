import test from 'ava';
import type { JsonObject, JsonValue } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { table } from '../../core/pods/table.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;
const at = (millisecondsAgo: number): string => new Date(NOW - millisecondsAgo).toISOString().replace('.000Z', 'Z');

interface PodParts {
  readonly metadata?: JsonObject;
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
}

function pod({ metadata, spec, status }: PodParts): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop', creationTimestamp: at(90 * MINUTE), ...metadata },
    spec: { containers: [{ name: 'app' }, { name: 'log' }], ...spec },
    status: { phase: 'Running', ...status },
  };
}

const shown = (parts: PodParts): JsonValue[] => table.cells(pod(parts), { now: NOW }).slice(1, 4);
const wide = (parts: PodParts): JsonValue[] => table.cells(pod(parts), { now: NOW }).slice(5);

const running = { running: { startedAt: at(MINUTE) } };
const waiting = (reason?: string): JsonObject => ({ waiting: { ...(reason === undefined ? {} : { reason }) } });
const ended = (exitCode: number, more: JsonObject = {}): JsonObject => ({ terminated: { exitCode, ...more } });
const restartedAgo = (milliseconds: number, restartCount: number): JsonObject => ({
  restartCount,
  lastState: ended(1, { finishedAt: at(milliseconds) }),
});
const container = (name: string, state: JsonObject, more: JsonObject = {}): JsonObject => ({ name, state, ...more });
const isReady = { ready: true };
const readyCondition = { type: 'Ready', status: 'True' };
const initialized = { type: 'Initialized', status: 'True' };

const twoInit = { initContainers: [{ name: 'fetch' }, { name: 'unpack' }] };
const sidecarAndInit = { initContainers: [{ name: 'proxy', restartPolicy: 'Always' }, { name: 'unpack' }] };
const kept = { deletionTimestamp: at(0), deletionGracePeriodSeconds: 30 };

const states: readonly [claim: string, parts: PodParts, cells: JsonValue[]][] = [
  ['no status yet: the phase', { status: { phase: 'Pending' } }, ['0/2', 'Pending', '0']],
  ['no status at all: nothing', { status: { phase: '' } }, ['0/2', '', '0']],
  [
    'all containers ready',
    {
      status: {
        conditions: [readyCondition],
        containerStatuses: [container('app', running, isReady), container('log', running, isReady)],
      },
    },
    ['2/2', 'Running', '0'],
  ],
  [
    'a ready container counts only while it runs',
    { status: { containerStatuses: [container('app', {}, isReady), container('log', running)] } },
    ['0/2', 'Running', '0'],
  ],
  [
    'a waiting container gives its reason, restarts add up, the last one gives the time',
    {
      status: {
        containerStatuses: [
          container('app', waiting('CrashLoopBackOff'), restartedAgo(5 * MINUTE, 7)),
          container('log', running, { ...isReady, ...restartedAgo(45_000, 2) }),
        ],
      },
    },
    ['1/2', 'CrashLoopBackOff', '9 (45s ago)'],
  ],
  [
    'restarts without an end say no time',
    { status: { containerStatuses: [container('app', running, { restartCount: 3 })] } },
    ['0/2', 'Running', '3'],
  ],
  [
    'of several reasons the first container has the last word',
    {
      status: {
        phase: 'Pending',
        containerStatuses: [container('app', waiting('ErrImagePull')), container('log', waiting('ContainerCreating'))],
      },
    },
    ['0/2', 'ErrImagePull', '0'],
  ],
  [
    'waiting without a reason leaves the phase',
    { status: { phase: 'Pending', containerStatuses: [container('app', waiting())] } },
    ['0/2', 'Pending', '0'],
  ],
  [
    'the reason of the status comes before the phase',
    { status: { phase: 'Failed', reason: 'Evicted' } },
    ['0/2', 'Evicted', '0'],
  ],
  [
    'a scheduling gate comes before both',
    {
      status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
    },
    ['0/2', 'SchedulingGated', '0'],
  ],
  [
    'all ended well: Completed',
    {
      status: {
        phase: 'Succeeded',
        containerStatuses: [
          container('app', ended(0, { reason: 'Completed' })),
          container('log', ended(0, { reason: 'Completed' })),
        ],
      },
    },
    ['0/2', 'Completed', '0'],
  ],
  [
    'an error of another container beats Completed',
    {
      status: {
        containerStatuses: [
          container('app', ended(0, { reason: 'Completed' })),
          container('log', ended(137, { reason: 'OOMKilled' })),
        ],
      },
    },
    ['0/2', 'OOMKilled', '0'],
  ],
  [
    'one completed, one runs, the pod is ready: Running',
    {
      status: {
        conditions: [readyCondition],
        containerStatuses: [container('app', ended(0, { reason: 'Completed' })), container('log', running, isReady)],
      },
    },
    ['1/2', 'Running', '0'],
  ],
  [
    'one completed, one runs, the pod is not ready: NotReady',
    {
      status: {
        containerStatuses: [container('app', ended(0, { reason: 'Completed' })), container('log', running, isReady)],
      },
    },
    ['1/2', 'NotReady', '0'],
  ],
  [
    'an end without a reason: the exit code',
    { status: { containerStatuses: [container('app', ended(9))] } },
    ['0/2', 'ExitCode:9', '0'],
  ],
  [
    'an end by a signal: the signal',
    { status: { containerStatuses: [container('app', ended(139, { signal: 11 }))] } },
    ['0/2', 'Signal:11', '0'],
  ],
  [
    'the first init container runs',
    {
      spec: twoInit,
      status: {
        phase: 'Pending',
        initContainerStatuses: [container('fetch', running), container('unpack', waiting('PodInitializing'))],
      },
    },
    ['0/2', 'Init:0/2', '0'],
  ],
  [
    'the second init container has its turn; restarts of both count',
    {
      spec: twoInit,
      status: {
        phase: 'Pending',
        initContainerStatuses: [
          container('fetch', ended(0), restartedAgo(3 * MINUTE, 2)),
          container('unpack', waiting('PodInitializing'), { restartCount: 1 }),
        ],
      },
    },
    ['0/2', 'Init:1/2', '3 (3m ago)'],
  ],
  [
    'an init container that waits with a reason',
    { spec: twoInit, status: { initContainerStatuses: [container('fetch', waiting('CrashLoopBackOff'))] } },
    ['0/2', 'Init:CrashLoopBackOff', '0'],
  ],
  [
    'an init container that failed: reason, signal or exit code',
    {
      spec: twoInit,
      status: { initContainerStatuses: [container('fetch', ended(2, { reason: 'Error', signal: 6 }))] },
    },
    ['0/2', 'Init:Error', '0'],
  ],
  [
    'an init container ended by a signal',
    { spec: twoInit, status: { initContainerStatuses: [container('fetch', ended(2, { signal: 6 }))] } },
    ['0/2', 'Init:Signal:6', '0'],
  ],
  [
    'an init container with an exit code',
    { spec: twoInit, status: { initContainerStatuses: [container('fetch', ended(2))] } },
    ['0/2', 'Init:ExitCode:2', '0'],
  ],
  [
    'once initialized, init containers no longer matter',
    {
      spec: twoInit,
      status: {
        conditions: [initialized],
        initContainerStatuses: [container('fetch', ended(2), { restartCount: 5 })],
        containerStatuses: [container('app', waiting('ImagePullBackOff'))],
      },
    },
    ['0/2', 'ImagePullBackOff', '0'],
  ],
  [
    'a started sidecar counts as a container, and so do its restarts',
    {
      spec: sidecarAndInit,
      status: {
        conditions: [initialized, readyCondition],
        initContainerStatuses: [
          container('proxy', running, { started: true, ...isReady, ...restartedAgo(2 * MINUTE, 4) }),
          container('unpack', ended(0), restartedAgo(MINUTE, 1)),
        ],
        containerStatuses: [container('app', running, isReady), container('log', running, isReady)],
      },
    },
    ['3/3', 'Running', '4 (2m ago)'],
  ],
  [
    'a sidecar that has not started holds up the rest',
    { spec: sidecarAndInit, status: { initContainerStatuses: [container('proxy', running, { started: false })] } },
    ['0/3', 'Init:0/2', '0'],
  ],
  [
    'a started sidecar lets the next init container run',
    {
      spec: sidecarAndInit,
      status: {
        initContainerStatuses: [container('proxy', running, { started: true }), container('unpack', running)],
      },
    },
    ['0/3', 'Init:1/2', '0'],
  ],
  ['a deleted pod is Terminating', { metadata: kept }, ['0/2', 'Terminating', '0']],
  [
    'a deleted pod that has ended keeps its reason',
    {
      metadata: kept,
      status: { phase: 'Failed', containerStatuses: [container('app', ended(1, { reason: 'Error' }))] },
    },
    ['0/2', 'Error', '0'],
  ],
  [
    'a deleted pod on a lost node is Unknown',
    { metadata: kept, status: { phase: 'Failed', reason: 'NodeLost' } },
    ['0/2', 'Unknown', '0'],
  ],
];

for (const [claim, parts, cells] of states) test(`pod row: ${claim}`, (t) => t.deepEqual(shown(parts), cells));

test('the name and age frame the row, and wide cells say <none> where there is nothing', (t) => {
  t.deepEqual(table.cells(pod({}), { now: NOW }), [
    'web',
    '0/2',
    'Running',
    '0',
    '90m',
    '<none>',
    '<none>',
    '<none>',
    '<none>',
  ]);
});

test('wide cells show address, node, nomination and how many readiness gates are open', (t) => {
  const cells = wide({
    spec: {
      nodeName: 'n1',
      readinessGates: [{ conditionType: 'x.io/a' }, { conditionType: 'x.io/b' }, { conditionType: 'x.io/c' }],
    },
    status: {
      podIPs: [{ ip: '10.1.0.7' }, { ip: 'fd00::7' }],
      nominatedNodeName: 'n2',
      conditions: [
        { type: 'x.io/a', status: 'True' },
        { type: 'x.io/b', status: 'False' },
        { type: 'x.io/b', status: 'True' },
      ],
    },
  });
  t.deepEqual(cells, ['10.1.0.7', 'n1', 'n2', '1/3']);
});

test('podIP alone, or against the list, is the address', (t) => {
  t.is(wide({ status: { podIP: '10.1.0.8' } })[0], '10.1.0.8');
  t.is(wide({ status: { podIP: '10.1.0.8', podIPs: [{ ip: '10.1.0.7' }] } })[0], '10.1.0.8');
});

test('rows of pods that have ended carry a Completed condition', (t) => {
  const reasonOf = (phase: string): unknown =>
    table.conditions?.(pod({ status: { phase } })).map(({ reason }) => reason);
  t.deepEqual(reasonOf('Succeeded'), ['Succeeded']);
  t.deepEqual(reasonOf('Failed'), ['Failed']);
  t.deepEqual(reasonOf('Running'), []);
  t.deepEqual(table.conditions?.(pod({ status: { phase: 'Succeeded' } })), [
    { type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' },
  ]);
});
