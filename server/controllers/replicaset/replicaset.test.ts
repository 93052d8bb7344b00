import test from 'ava';
import type { Pod, ReplicaSet, ReplicationController } from '../../client/api-types.ts';
import { pods, replicaSets, replicationControllers } from '../../client/resource-types.ts';
import { replicationControllerController } from '../replicationcontroller/controller.ts';
import { TestCluster } from '../workload/cluster-harness.ts';
import { byDeletionOrder } from '../workload/pod-ranking.ts';
import { slowStartBatch } from '../workload/slow-start.ts';
import { replicaSetController } from './controller.ts';
import { planPods, planStatus } from './reconcile.ts';

const namespace = 'default';
let cluster: TestCluster;

test.before(async () => {
  cluster = await TestCluster.start();
  cluster.run(replicaSetController, replicationControllerController);
  cluster.runPods(() => ({ phase: 'Running' }), { namespace });
});
test.after.always(() => cluster?.stop());

const container = { name: 'c', image: 'i' };

function replicaSet(name: string, replicas: number): ReplicaSet {
  const labels = { app: name };
  return {
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

const ofApp =
  (app: string) =>
  ({ metadata }: Pod) =>
    metadata.labels?.app === app && metadata.deletionTimestamp === undefined;
const untilPods = (app: string, count: number) =>
  cluster.untilAll(pods, { namespace, are: (all) => all.filter(ofApp(app)).length === count });

test('a replica set makes its pods, follows its size, and counts them', async (t) => {
  await cluster.client.of(replicaSets).create(replicaSet('size', 4));
  await cluster.until(replicaSets, 'size', { namespace, is: (set) => set?.status?.availableReplicas === 4 });
  await cluster.client.of(replicaSets).patch('size', { spec: { replicas: 1 } }, { namespace });
  const set = await cluster.until(replicaSets, 'size', {
    namespace,
    is: (each) => each?.status?.replicas === 1 && each.status.observedGeneration === each.metadata.generation,
  });
  t.is(set.status?.fullyLabeledReplicas, 1);
  const events = await cluster.eventsOf('size', { namespace, include: 'SuccessfulDelete' });
  t.true(
    events.some((text) => /^SuccessfulCreate: Created pod: size-\w{5}$/.test(text)),
    events.join('\n'),
  );
});

test('orphans are adopted before pods are made, and a pod whose labels leave is let go and replaced', async (t) => {
  const orphan = await cluster.client.of(pods).create({
    metadata: { name: 'orphan', namespace, labels: { app: 'adopt' } },
    spec: { containers: [container] },
  });
  await cluster.client.of(replicaSets).create(replicaSet('adopt', 2));
  await cluster.until(replicaSets, 'adopt', { namespace, is: (set) => set?.status?.availableReplicas === 2 });
  const adopted = await cluster.client.of(pods).get('orphan', { namespace });
  t.is(adopted.metadata.uid, orphan.metadata.uid);
  t.like(adopted.metadata.ownerReferences?.[0], {
    kind: 'ReplicaSet',
    name: 'adopt',
    controller: true,
    blockOwnerDeletion: true,
  });
  await cluster.client.of(pods).patch('orphan', { metadata: { labels: { app: 'left' } } }, { namespace });
  await cluster.until(pods, 'orphan', { namespace, is: (pod) => pod?.metadata.ownerReferences === undefined });
  await untilPods('adopt', 2);
});

test('a pod that fails or is deleted is replaced', async (t) => {
  await cluster.client.of(replicaSets).create(replicaSet('replace', 2));
  const [first, second] = (await untilPods('replace', 2)).filter(ofApp('replace'));
  await cluster.client.of(pods).delete(first?.metadata.name ?? '', { namespace });
  await cluster.client
    .of(pods)
    .patch(second?.metadata.name ?? '', { status: { phase: 'Failed' } }, { namespace, subresource: 'status' });
  const gone = new Set([first?.metadata.uid, second?.metadata.uid]);
  const after = await cluster.untilAll(pods, {
    namespace,
    are: (all) => all.filter((pod) => ofApp('replace')(pod) && !gone.has(pod.metadata.uid)).length === 2,
  });
  t.true(after.length >= 2);
});

test('what keeps pods from being made is a condition and an event, and the condition goes when it does', async (t) => {
  const set = replicaSet('refused', 2);
  Object.assign(set.spec?.template?.spec ?? {}, { priorityClassName: 'none-such' });
  await cluster.client.of(replicaSets).create(set);
  const failing = await cluster.until(replicaSets, 'refused', {
    namespace,
    is: (each) => each?.status?.conditions !== undefined,
  });
  t.like(failing.status?.conditions?.[0], { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' });
  t.regex(failing.status?.conditions?.[0]?.message ?? '', /no PriorityClass with name none-such was found/);
  const events = await cluster.eventsOf('refused', { namespace, include: 'FailedCreate' });
  t.true(events[0]?.startsWith('FailedCreate: Error creating: '), events[0]);
  await cluster.client.of(replicaSets).patch('refused', { spec: { replicas: 0 } }, { namespace });
  await cluster.until(replicaSets, 'refused', {
    namespace,
    is: (each) =>
      each?.status?.conditions === undefined && each?.status?.observedGeneration === each?.metadata.generation,
  });
});

test('a replication controller does the same with a plain selector, and tells of no terminating pods', async (t) => {
  const labels = { app: 'rc' };
  const rc: ReplicationController = {
    metadata: { name: 'rc', namespace },
    spec: { replicas: 2, selector: labels, template: { metadata: { labels }, spec: { containers: [container] } } },
  };
  await cluster.client.of(replicationControllers).create(rc);
  const done = await cluster.until(replicationControllers, 'rc', {
    namespace,
    is: (each) => each?.status?.availableReplicas === 2,
  });
  t.false(Object.hasOwn(done.status ?? {}, 'terminatingReplicas'));
  const [pod] = (await untilPods('rc', 2)).filter(ofApp('rc'));
  t.like(pod?.metadata.ownerReferences?.[0], { apiVersion: 'v1', kind: 'ReplicationController' });
});

test('a controller that is killed and started again makes neither too many pods nor too few', async (t) => {
  const own = await TestCluster.start();
  try {
    own.runPods(() => ({ phase: 'Running' }), { namespace });
    for (let round = 0; round < 5; round++) {
      const kill = own.run(replicaSetController);
      if (round === 0) await own.client.of(replicaSets).create(replicaSet('again', 30));
      await own.untilAll(pods, { namespace, are: (all) => all.length > Math.min(25, round * 6) });
      await kill();
    }
    own.run(replicaSetController);
    await own.until(replicaSets, 'again', { namespace, is: (set) => set?.status?.availableReplicas === 30 });
    t.is((await own.client.of(pods).list({ namespace })).items.length, 30);
  } finally {
    await own.stop();
  }
});

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const pod = (
  name: string,
  {
    node = 'n',
    phase = 'Running',
    readyAt,
    cost,
    restarts = 0,
    createdAt = 0,
  }: Record<string, number | string | undefined> & {
    readyAt?: number;
    cost?: string;
    restarts?: number;
    createdAt?: number;
  } = {},
): Pod => ({
  metadata: {
    name,
    uid: name,
    creationTimestamp: at(createdAt),
    ...(cost === undefined ? {} : { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } }),
  },
  spec: { containers: [], nodeName: String(node) },
  status: {
    phase: String(phase),
    containerStatuses: [{ name: 'c', image: '', imageID: '', ready: true, restartCount: restarts }],
    ...(readyAt === undefined
      ? {}
      : { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at(readyAt) }] }),
  },
});

test('pods go in upstream’s order: unassigned, pending, not ready, cheap, crowded, young, restarted', (t) => {
  const ready = { readyAt: 10 };
  const pairs: Array<[string, Pod, Pod]> = [
    ['unassigned', pod('a', { node: '', ...ready }), pod('b', ready)],
    ['pending', pod('a', { phase: 'Pending' }), pod('b', { phase: 'Running' })],
    ['not ready', pod('a'), pod('b', ready)],
    ['cheap', pod('a', { ...ready, cost: '-5' }), pod('b', { ...ready, cost: '7' })],
    ['crowded', pod('a', { ...ready, node: 'full' }), pod('b', ready)],
    ['ready for a shorter time', pod('a', { readyAt: 900 }), pod('b', { readyAt: 10 })],
    ['restarted', pod('a', { ...ready, restarts: 3 }), pod('b', ready)],
    ['younger', pod('a', { ...ready, createdAt: 990 }), pod('b', { ...ready, createdAt: 1 })],
    ['of two that are about as old, the one with the lesser uid', pod('a', { readyAt: 11 }), pod('b', { readyAt: 10 })],
  ];
  const order = byDeletionOrder({ crowd: ({ spec }) => (spec?.nodeName === 'full' ? 3 : 0), now: 1_000_000 });
  for (const [why, first, second] of pairs) {
    t.true(order(first, second) < 0, why);
    t.true(order(second, first) > 0, why);
  }
});

test('a plan makes what is missing, at most 500 a time, and ends what is too much', (t) => {
  const owner = (replicas: number) => ({ metadata: { name: 'o' }, spec: { replicas } });
  const view = (count: number) => ({
    active: Array.from({ length: count }, (_, index) => pod(`p${index}`)),
    related: [],
    now: 0,
  });
  t.deepEqual(planPods(owner(3), view(1)), { create: 2, delete: [] });
  t.is(planPods(owner(2000), view(0)).create, 500);
  t.is(planPods(owner(0), view(700)).delete.length, 500);
  t.deepEqual(planPods(owner(1), view(1)), { create: 0, delete: [] });
});

test('a status that says it all already is not written again', (t) => {
  const owner = {
    metadata: { name: 'o', generation: 2 },
    spec: { replicas: 1 },
    status: { replicas: 1, fullyLabeledReplicas: 1, terminatingReplicas: 0, observedGeneration: 2 },
  };
  const view = { active: [pod('a')], terminating: 0, failure: undefined, now: 0 };
  t.is(planStatus(owner, view), undefined);
  t.is(planStatus({ ...owner, metadata: { name: 'o', generation: 3 } }, view)?.observedGeneration, 3);
  t.is(planStatus(owner, { ...view, terminating: 1 })?.terminatingReplicas, 1);
  t.like(planStatus(owner, { ...view, active: [], failure: 'no' })?.conditions?.[0], {
    reason: 'FailedCreate',
    message: 'no',
  });
});

test('batches start with one, double while all goes well, and stop after a failure', async (t) => {
  const sizes: number[] = [];
  let running = 0;
  const run = (failAt: number) => async (index: number) => {
    running++;
    await Promise.resolve();
    if (running > 0) sizes.push(running);
    running = 0;
    if (index === failAt) throw new Error('full');
  };
  t.deepEqual(await slowStartBatch(10, run(-1)), { successes: 10, error: undefined });
  t.deepEqual(sizes, [1, 2, 4, 3]);
  const failed = await slowStartBatch(10, run(1));
  t.is(failed.successes, 2);
  t.is((failed.error as Error).message, 'full');
});
