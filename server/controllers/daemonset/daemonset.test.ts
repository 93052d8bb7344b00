import test from 'ava';
import type { ControllerRevision, DaemonSet, Node, Pod } from '../../client/api-types.ts';
import { controllerRevisions, daemonSets, nodes, pods } from '../../client/resource-types.ts';
import { TestCluster } from '../workload/cluster-harness.ts';
import { hashPodTemplate } from '../workload/pod-template-hash.ts';
import { daemonSetController } from './controller.ts';
import { daemonTolerations, newDaemonPod, targetNode } from './daemon-pod.ts';
import { eligibilityFor } from './eligible-nodes.ts';
import { FailedPodBackoff } from './failed-pod-backoff.ts';
import { planHistory, revisionsToDrop } from './history.ts';
import { daemonStatus, type DaemonView, groupByNode, planDaemons } from './reconcile.ts';
import { planRollingUpdate } from './rolling-update.ts';

const namespace = 'default';
let cluster: TestCluster;

const node = (
  name: string,
  { labels = {}, taints }: { labels?: Record<string, string>; taints?: NonNullable<Node['spec']>['taints'] } = {},
): Node => ({
  metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
  spec: taints === undefined ? {} : { taints },
});

test.before(async () => {
  cluster = await TestCluster.start();
  for (const name of ['n1', 'n2', 'n3']) {
    await cluster.client.of(nodes).create(node(name));
    // A new one is tainted until it is ready.
    await cluster.client.of(nodes).patch(name, { spec: { taints: null } });
  }
  cluster.run(daemonSetController);
  cluster.runPods(() => ({ phase: 'Running' }), { namespace });
});
test.after.always(() => cluster?.stop());

function daemonSet(
  name: string,
  spec: Partial<DaemonSet['spec']> = {},
  { nodeSelector = {}, image = 'a' }: { nodeSelector?: Record<string, string>; image?: string } = {},
): DaemonSet {
  const labels = { app: name };
  return {
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image }], nodeSelector } },
      ...spec,
    },
  };
}

const isRolledOut = (count: number) => (each: DaemonSet | undefined) =>
  each?.status?.observedGeneration === each?.metadata.generation &&
  each?.status?.desiredNumberScheduled === count &&
  (each.status.updatedNumberScheduled ?? 0) === count &&
  (each.status.numberAvailable ?? 0) === count;
const placeOf = async (app: string) =>
  (await cluster.client.of(pods).list({ namespace })).items
    .filter(({ metadata }) => metadata.labels?.app === app)
    .map(({ spec }) => spec?.nodeName ?? '')
    .toSorted((a, b) => (a < b ? -1 : 1));

test('a daemon runs on each node, is replaced there when the template changes, and each template is a revision', async (t) => {
  await cluster.client.of(daemonSets).create(daemonSet('each'));
  await cluster.until(daemonSets, 'each', { namespace, is: isRolledOut(3) });
  t.deepEqual(await placeOf('each'), ['n1', 'n2', 'n3']);
  const template = { spec: { containers: [{ name: 'c', image: 'b' }] } };
  await cluster.client.of(daemonSets).patch('each', { spec: { template } }, { namespace, type: 'strategic' });
  const updated = await cluster.until(daemonSets, 'each', { namespace, is: isRolledOut(3) });
  const hash = hashPodTemplate(updated.spec?.template ?? {}, undefined);
  const own = (await cluster.client.of(pods).list({ namespace, labelSelector: 'app=each' })).items;
  t.deepEqual([...new Set(own.map(({ metadata }) => metadata.labels?.['controller-revision-hash']))], [hash]);
  const revisions = (await cluster.client.of(controllerRevisions).list({ namespace, labelSelector: 'app=each' })).items;
  t.deepEqual(
    revisions
      .map(({ metadata, revision }) => [revision, metadata.name === `each-${hash}`])
      .toSorted((a, b) => Number(a[0]) - Number(b[0])),
    [
      [1, false],
      [2, true],
    ],
  );
});

test('nodes that get the label get a daemon, those that lose it or are tainted lose theirs', async (t) => {
  await cluster.client.of(daemonSets).create(daemonSet('some', {}, { nodeSelector: { color: 'blue' } }));
  await cluster.until(daemonSets, 'some', { namespace, is: (each) => each?.status?.observedGeneration === 1 });
  t.deepEqual(await placeOf('some'), []);
  const paint = (name: string, color: string | null) =>
    cluster.client.of(nodes).patch(name, { metadata: { labels: { color } } });
  await paint('n1', 'blue');
  await paint('n2', 'blue');
  await cluster.until(daemonSets, 'some', { namespace, is: isRolledOut(2) });
  t.deepEqual(await placeOf('some'), ['n1', 'n2']);
  await paint('n1', 'green');
  await cluster.until(daemonSets, 'some', { namespace, is: isRolledOut(1) });
  await cluster.untilAll(pods, {
    namespace,
    are: (all) =>
      all.filter(({ metadata }) => metadata.labels?.app === 'some').every(({ spec }) => spec?.nodeName === 'n2'),
  });
  t.pass();
});

test('a daemon that fails is replaced, and an event says so', async (t) => {
  await cluster.client.of(daemonSets).create(daemonSet('failing'));
  await cluster.until(daemonSets, 'failing', { namespace, is: isRolledOut(3) });
  const [victim] = (await cluster.client.of(pods).list({ namespace, labelSelector: 'app=failing' })).items;
  const name = victim?.metadata.name ?? '';
  await cluster.client.of(pods).patch(name, { status: { phase: 'Failed' } }, { namespace, subresource: 'status' });
  await cluster.untilAll(pods, { namespace, are: (all) => all.every(({ metadata }) => metadata.name !== name) });
  await cluster.until(daemonSets, 'failing', { namespace, is: isRolledOut(3) });
  const events = await cluster.eventsOf('failing', { namespace, include: 'FailedDaemonPod' });
  const text = `FailedDaemonPod: Found failed daemon pod default/${name} on node ${victim?.spec?.nodeName}, will try to kill it`;
  t.true(events.includes(text), events.join('\n'));
});

test('with surge the new daemon is there before the old one goes', async (t) => {
  const updateStrategy = {
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
  } as unknown as NonNullable<DaemonSet['spec']>['updateStrategy'];
  await cluster.client.of(daemonSets).create(daemonSet('surge', { updateStrategy: updateStrategy ?? {} }));
  await cluster.until(daemonSets, 'surge', { namespace, is: isRolledOut(3) });
  let fewest = 3;
  const informer = cluster.informers.of(pods);
  const look = () => {
    const own = informer.lister.list(namespace).filter(({ metadata }) => metadata.labels?.app === 'surge');
    fewest = Math.min(
      fewest,
      new Set(
        own
          .filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.phase === 'Running')
          .map(targetNode),
      ).size,
    );
  };
  const stop = informer.addHandlers({ added: look, updated: look, deleted: look });
  fewest = 3;
  const template = { spec: { containers: [{ name: 'c', image: 'b' }] } };
  await cluster.client.of(daemonSets).patch('surge', { spec: { template } }, { namespace, type: 'strategic' });
  await cluster.until(daemonSets, 'surge', { namespace, is: isRolledOut(3) });
  stop();
  t.is(fewest, 3);
});

const readyPod = (
  name: string,
  on: string,
  { hash = 'new', ready = true, phase = 'Running', assigned = true, deleted = false } = {},
): Pod => ({
  metadata: {
    name,
    namespace,
    creationTimestamp: '1970-01-01T00:00:00Z',
    labels: { 'controller-revision-hash': hash },
    ...(deleted ? { deletionTimestamp: '1970-01-01T00:00:00Z' } : {}),
  },
  spec: assigned
    ? { containers: [], nodeName: on }
    : (newDaemonPod(daemonSet('d'), { node: on, hash }).spec ?? { containers: [] }),
  status: {
    phase,
    conditions: ready ? [{ type: 'Ready', status: 'True', lastTransitionTime: '1970-01-01T00:00:00Z' }] : [],
  },
});
const view = (all: Pod[], names: Node[], owner = daemonSet('d')): DaemonView => ({
  owner,
  hash: 'new',
  nodes: names,
  podsByNode: groupByNode(all),
  now: 1_000_000,
});
const rolling = (rollingUpdate: { maxSurge?: number | string; maxUnavailable?: number | string }) =>
  daemonSet('d', {
    updateStrategy: { type: 'RollingUpdate', rollingUpdate } as unknown as NonNullable<
      NonNullable<DaemonSet['spec']>['updateStrategy']
    >,
  });
const named = (all: readonly Pod[]) => all.map(({ metadata }) => metadata.name);
const noDelay = () => 0;

test('taints and selectors decide where a daemon belongs; what every node may suffer it bears', (t) => {
  const owner = daemonSet('d', {}, { nodeSelector: { color: 'blue' } });
  const blue = { labels: { color: 'blue' } };
  const cases: Array<[string, Node, boolean, boolean]> = [
    ['another colour', node('a'), false, false],
    ['the colour', node('a', blue), true, true],
    [
      'unschedulable',
      node('a', { ...blue, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] }),
      true,
      true,
    ],
    [
      'not ready',
      node('a', { ...blue, taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }] }),
      true,
      true,
    ],
    ['no schedule', node('a', { ...blue, taints: [{ key: 'x', effect: 'NoSchedule' }] }), false, true],
    ['no execute', node('a', { ...blue, taints: [{ key: 'x', effect: 'NoExecute' }] }), false, false],
    ['prefer no schedule', node('a', { ...blue, taints: [{ key: 'x', effect: 'PreferNoSchedule' }] }), true, true],
  ];
  for (const [why, each, shouldRun, mayStay] of cases)
    t.deepEqual(eligibilityFor(owner)(each), { shouldRun, mayStay }, why);
  const keys = daemonTolerations({ containers: [], hostNetwork: true }).map(({ key }) => key);
  t.true(keys.includes('node.kubernetes.io/network-unavailable'));
  t.is(keys.length, 7);
});

test('a daemon’s affinity names its node alone, and keeps what it prefers', (t) => {
  const owner = daemonSet('d');
  const preferred = [{ weight: 1, preference: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } }];
  const required = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'b', operator: 'Exists' }] }] };
  Object.assign(owner.spec?.template.spec ?? {}, {
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: preferred,
        requiredDuringSchedulingIgnoredDuringExecution: required,
      },
    },
  });
  const made = newDaemonPod(owner, { node: 'n7', hash: 'h' });
  t.is(targetNode(made), 'n7');
  t.deepEqual(made.spec?.affinity?.nodeAffinity, {
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n7'] }] }],
    },
  });
  t.is(made.metadata.labels?.['controller-revision-hash'], 'h');
});

test('of two daemons on a node the assigned, then the older one stays; those for nodes that are gone go', (t) => {
  const all = [
    readyPod('waiting', 'a', { assigned: false }),
    readyPod('first', 'a'),
    readyPod('second', 'a'),
    readyPod('lost', 'gone', { assigned: false }),
    readyPod('there', 'gone'),
    readyPod('done', 'b', { phase: 'Succeeded' }),
  ];
  const plan = planDaemons(view(all, [node('a'), node('b'), node('c')]), noDelay);
  t.deepEqual(plan.create, ['c']);
  t.deepEqual(
    named(plan.delete).toSorted((a, b) => String(a).localeCompare(String(b))),
    ['done', 'lost', 'second', 'waiting'],
  );
  t.is(plan.events[0]?.reason, 'SucceededDaemonPod');
});

test('failed daemons of a node wait longer each time', (t) => {
  const backoff = new FailedPodBackoff();
  t.is(backoff.delay('n', 0), 0);
  t.is(backoff.delay('n', 400), 600);
  t.is(backoff.delay('n', 1000), 0);
  t.is(backoff.delay('n', 1000), 2000);
  const plan = planDaemons(view([readyPod('f', 'a', { phase: 'Failed' })], [node('a')]), () => 700);
  t.deepEqual([plan.delete.length, plan.wait], [0, 700]);
});

test('an update replaces as many available daemons as may be missing, and useless ones besides', (t) => {
  const nodesOf = ['a', 'b', 'c', 'd'].map((name) => node(name));
  const old = (name: string, on: string, options = {}) => readyPod(name, on, { hash: 'old', ...options });
  const step = (all: Pod[], update: object) => planRollingUpdate(view(all, nodesOf, rolling(update)));
  const all = [old('pa', 'a'), old('pb', 'b'), old('pc', 'c'), old('pd', 'd')];
  t.deepEqual(named(step(all, { maxUnavailable: 2 }).delete), ['pa', 'pb']);
  t.deepEqual(named(step([old('pa', 'a', { ready: false }), ...all.slice(1)], { maxUnavailable: 1 }).delete), ['pa']);
  t.deepEqual(named(step([readyPod('qa', 'a', { ready: false }), ...all.slice(1)], { maxUnavailable: 1 }).delete), []);
  t.deepEqual(named(step(all, { maxUnavailable: '1%' }).delete), ['pa']);
  const surge = step([readyPod('qa', 'a'), ...all], { maxSurge: 1, maxUnavailable: 0 });
  t.deepEqual([named(surge.delete), surge.create], [['pa'], ['b']]);
  const waiting = step([readyPod('qa', 'a', { ready: false }), ...all], { maxSurge: 1, maxUnavailable: 0 });
  t.deepEqual([named(waiting.delete), waiting.create], [[], []]);
});

test('a status counts by node: desired, current, misplaced, ready, available, updated', (t) => {
  const tainted = node('x', { taints: [{ key: 'k', effect: 'NoSchedule' }] });
  const all = [readyPod('a', 'a'), readyPod('b', 'b', { hash: 'old', ready: false }), readyPod('x', 'x')];
  t.like(daemonStatus(view(all, [node('a'), node('b'), node('c'), tainted]), { isSettled: true }), {
    desiredNumberScheduled: 3,
    currentNumberScheduled: 2,
    numberMisscheduled: 1,
    numberReady: 1,
    numberAvailable: 1,
    numberUnavailable: 2,
    updatedNumberScheduled: 1,
  });
});

test('a revision that somebody else makes for a daemon set stays until something happens', async (t) => {
  await cluster.client.of(daemonSets).create(daemonSet('twice'));
  await cluster.until(daemonSets, 'twice', { namespace, is: isRolledOut(3) });
  const resource = cluster.client.of(controllerRevisions);
  const [own] = (await resource.list({ namespace, labelSelector: 'app=twice' })).items;
  if (own === undefined) return t.fail('there is no revision');
  t.deepEqual(Object.keys((own.data as { spec: { template: object } }).spec.template), ['$patch', 'metadata', 'spec']);
  const { labels = {}, ownerReferences = [] } = own.metadata;
  await resource.create({
    metadata: { name: 'twice-other', namespace, labels, ownerReferences },
    data: own.data as object,
    revision: 2,
  });
  await cluster.until(controllerRevisions, 'twice-other', { namespace, is: (each) => each !== undefined });
  t.is((await resource.list({ namespace, labelSelector: 'app=twice' })).items.length, 2);
  await resource.delete(own.metadata.name ?? '', { namespace });
  await cluster.until(controllerRevisions, own.metadata.name ?? '', { namespace, is: (each) => each === undefined });
});

test('going back to a template takes its revision again under a new number; of equal ones the newest stays', (t) => {
  const owner = daemonSet('d', { revisionHistoryLimit: 0 });
  const revision = (name: string, number: number, image: string): ControllerRevision => ({
    metadata: { name, labels: { 'controller-revision-hash': name } },
    data: { spec: { template: { ...daemonSet('d', {}, { image }).spec?.template, $patch: 'replace' } } },
    revision: number,
  });
  const [first, second] = [revision('one', 1, 'a'), revision('two', 2, 'b')];
  const plan = planHistory(owner, [first, second]);
  t.deepEqual(plan.updates, [{ ...first, revision: 3 }]);
  t.is(plan.hash, 'one');
  t.deepEqual(planHistory(owner, [revision('same', 5, 'a'), first]).duplicates, [first]);
  t.deepEqual(revisionsToDrop(owner, { old: [second], pods: [] }), [second]);
  t.deepEqual(revisionsToDrop(owner, { old: [second], pods: [readyPod('p', 'a', { hash: 'two' })] }), []);
});
