import test from 'ava';
import type { ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet } from '../../client/api-types.ts';
import { controllerRevisions, persistentVolumeClaims, pods, statefulSets } from '../../client/resource-types.ts';
import { TestCluster } from '../workload/cluster-harness.ts';
import { hashRevision } from '../workload/revision-hash.ts';
import { templatePatch } from '../workload/revision-history.ts';
import { isOwnedAsWanted, ownedAsWanted } from './claims.ts';
import { statefulSetController } from './controller.ts';
import { planPods, statefulStatus, type StatefulView } from './reconcile.ts';
import { newRevision, planRevision, revisionsToDrop } from './revisions.ts';
import { newStatefulPod } from './stateful-pod.ts';

const namespace = 'default';
let cluster: TestCluster;
/** Names of pods that do not become ready. */
const slow = new Set<string>();

test.before(async () => {
  cluster = await TestCluster.start();
  cluster.run(statefulSetController);
  cluster.runPods(({ metadata }) => ({ phase: 'Running', ready: !slow.has(metadata.name ?? '') }), { namespace });
});
test.after.always(() => cluster?.stop());

type Spec = NonNullable<StatefulSet['spec']>;
function statefulSet(name: string, spec: Partial<Spec> = {}, image = 'a'): StatefulSet {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image }] } };
  return {
    metadata: { name, namespace },
    spec: { replicas: 3, selector: { matchLabels: labels }, serviceName: name, template, ...spec },
  };
}

const isDone = (replicas: number) => (each: StatefulSet | undefined) =>
  each?.status?.observedGeneration === each?.metadata.generation &&
  each?.status?.replicas === replicas &&
  (each.status.availableReplicas ?? 0) === replicas &&
  each.status.currentRevision === each.status.updateRevision;
const namesOf = (all: readonly Pod[], app: string) =>
  all
    .filter(({ metadata }) => metadata.labels?.app === app)
    .map(({ metadata }) => metadata.name ?? '')
    .toSorted((a, b) => (a < b ? -1 : 1));
const claimTemplate = (): NonNullable<Spec['volumeClaimTemplates']>[number] => ({
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});

test('pods are made in order, each when the one before is ready, and end in the opposite order', async (t) => {
  const order: string[] = [];
  const stop = cluster.informers.of(pods).addHandlers({
    added: ({ metadata }) => void (metadata.labels?.app === 'order' && order.push(`+${metadata.name}`)),
    deleted: ({ metadata }) => void (metadata.labels?.app === 'order' && order.push(`-${metadata.name}`)),
  });
  slow.add('order-1');
  await cluster.client.of(statefulSets).create(statefulSet('order'));
  await cluster.until(pods, 'order-1', { namespace, is: (pod) => pod?.status?.phase === 'Running' });
  await cluster.until(statefulSets, 'order', {
    namespace,
    is: (set) => set?.status?.replicas === 2 && set.status.readyReplicas === 1,
  });
  slow.delete('order-1');
  const one = await cluster.client.of(pods).get('order-1', { namespace });
  const ready = (one.status?.conditions ?? []).map((each) =>
    each.type === 'Ready' ? { ...each, status: 'True' } : each,
  );
  await cluster.client
    .of(pods)
    .patch('order-1', { status: { conditions: ready } }, { namespace, subresource: 'status' });
  await cluster.until(statefulSets, 'order', { namespace, is: isDone(3) });
  await cluster.client.of(statefulSets).patch('order', { spec: { replicas: 0 } }, { namespace });
  await cluster.untilAll(pods, { namespace, are: (all) => namesOf(all, 'order').length === 0 });
  stop();
  t.deepEqual(order, ['+order-0', '+order-1', '+order-2', '-order-2', '-order-1', '-order-0']);
  const events = await cluster.eventsOf('order', { namespace, include: 'Delete Pod order-0' });
  t.true(events.includes('SuccessfulCreate: Create Pod order-0 in StatefulSet order successful'), events.join('\n'));
});

test('an update goes from the last pod to the partition; without one the revisions end as the same', async (t) => {
  await cluster.client.of(statefulSets).create(statefulSet('parts'));
  const first = await cluster.until(statefulSets, 'parts', { namespace, is: isDone(3) });
  const update = (partition: number) => ({
    spec: {
      template: { spec: { containers: [{ name: 'c', image: 'b' }] } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } },
    },
  });
  await cluster.client.of(statefulSets).patch('parts', update(2), { namespace, type: 'strategic' });
  const half = await cluster.until(statefulSets, 'parts', {
    namespace,
    is: (set) =>
      set?.status?.updatedReplicas === 1 &&
      set.status.readyReplicas === 3 &&
      set.status.updateRevision !== first.status?.updateRevision,
  });
  t.is(half.status?.currentRevision, first.status?.currentRevision);
  const revisionOf = async (name: string) =>
    (await cluster.client.of(pods).get(name, { namespace })).metadata.labels?.['controller-revision-hash'];
  t.is(await revisionOf('parts-2'), half.status?.updateRevision);
  t.is(await revisionOf('parts-1'), first.status?.currentRevision);
  await cluster.client.of(pods).delete('parts-0', { namespace });
  await cluster.until(statefulSets, 'parts', { namespace, is: (set) => set?.status?.readyReplicas === 2 });
  await cluster.until(statefulSets, 'parts', { namespace, is: (set) => set?.status?.readyReplicas === 3 });
  t.is(await revisionOf('parts-0'), first.status?.currentRevision, 'below the partition pods come back as they were');
  await cluster.client.of(statefulSets).patch('parts', update(0), { namespace, type: 'strategic' });
  const done = await cluster.until(statefulSets, 'parts', { namespace, is: isDone(3) });
  t.is(done.status?.updateRevision, half.status?.updateRevision);
  const revisions = (await cluster.client.of(controllerRevisions).list({ namespace, labelSelector: 'app=parts' }))
    .items;
  t.deepEqual(
    revisions.map(({ revision }) => revision).toSorted((a, b) => a - b),
    [1, 2],
  );
});

test('parallel pods do not wait for each other', async (t) => {
  for (const name of ['burst-0', 'burst-1']) slow.add(name);
  await cluster.client.of(statefulSets).create(statefulSet('burst', { podManagementPolicy: 'Parallel' }));
  await cluster.untilAll(pods, { namespace, are: (all) => namesOf(all, 'burst').length === 3 });
  await cluster.client.of(statefulSets).patch('burst', { spec: { replicas: 0 } }, { namespace });
  await cluster.untilAll(pods, { namespace, are: (all) => namesOf(all, 'burst').length === 0 });
  t.pass();
});

test('a set starts where it is told to, and each pod knows its number', async (t) => {
  await cluster.client.of(statefulSets).create(statefulSet('from', { replicas: 2, ordinals: { start: 5 } }));
  await cluster.until(statefulSets, 'from', { namespace, is: isDone(2) });
  const pod = await cluster.client.of(pods).get('from-6', { namespace });
  t.like(pod.metadata.labels, { 'apps.kubernetes.io/pod-index': '6', 'statefulset.kubernetes.io/pod-name': 'from-6' });
  t.like(pod.spec, { hostname: 'from-6', subdomain: 'from' });
});

test('pods have claims of their own, which stay or go as the retention policy says', async (t) => {
  const spec: Partial<Spec> = {
    replicas: 2,
    volumeClaimTemplates: [claimTemplate()],
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
  };
  await cluster.client.of(statefulSets).create(statefulSet('keeps', spec));
  await cluster.until(statefulSets, 'keeps', { namespace, is: isDone(2) });
  const ownerOf = (claim: PersistentVolumeClaim | undefined) => claim?.metadata.ownerReferences?.[0]?.kind;
  await cluster.until(persistentVolumeClaims, 'data-keeps-1', {
    namespace,
    is: (claim) => ownerOf(claim) === 'StatefulSet',
  });
  const pod = await cluster.client.of(pods).get('keeps-1', { namespace });
  t.like(pod.spec?.volumes?.[0], { name: 'data', persistentVolumeClaim: { claimName: 'data-keeps-1' } });
  const one = { ...pod.metadata };
  await cluster.client.of(statefulSets).patch('keeps', { spec: { replicas: 1 } }, { namespace });
  const scaled = await cluster.until(persistentVolumeClaims, 'data-keeps-1', {
    namespace,
    is: (claim) => ownerOf(claim) === 'Pod',
  });
  t.is(scaled.metadata.ownerReferences?.[0]?.uid, one.uid);
  const policy = { whenDeleted: 'Retain', whenScaled: 'Retain' };
  await cluster.client
    .of(statefulSets)
    .patch('keeps', { spec: { persistentVolumeClaimRetentionPolicy: policy } }, { namespace });
  await cluster.until(persistentVolumeClaims, 'data-keeps-0', {
    namespace,
    is: (claim) => claim !== undefined && ownerOf(claim) === undefined,
  });
  const events = await cluster.eventsOf('keeps', { namespace, include: 'SuccessfulUpdate' });
  t.true(events.includes('SuccessfulUpdate: Update Pod keeps-0 in StatefulSet keeps successful'));
});

test('a pod of somebody else that has the name is waited for, whatever its labels', async (t) => {
  const containers = [{ name: 'c', image: 'a' }];
  await cluster.client.of(pods).create({ metadata: { name: 'taken-0', namespace }, spec: { containers } });
  await cluster.client.of(statefulSets).create(statefulSet('taken', { replicas: 1 }));
  await cluster.until(statefulSets, 'taken', { namespace, is: (each) => each?.status?.observedGeneration === 1 });
  await cluster.client.of(pods).delete('taken-0', { namespace, gracePeriodSeconds: 0 });
  await cluster.until(statefulSets, 'taken', { namespace, is: isDone(1) });
  const events = await cluster.eventsOf('taken', { namespace, include: 'SuccessfulCreate' });
  t.deepEqual(events, ['SuccessfulCreate: Create Pod taken-0 in StatefulSet taken successful']);
});

test('a pod that fails or is deleted comes back under its name', async (t) => {
  await cluster.client.of(statefulSets).create(statefulSet('again', { replicas: 1 }));
  await cluster.until(statefulSets, 'again', { namespace, is: isDone(1) });
  const before = await cluster.client.of(pods).get('again-0', { namespace });
  await cluster.client.of(pods).patch('again-0', { status: { phase: 'Failed' } }, { namespace, subresource: 'status' });
  const after = await cluster.until(pods, 'again-0', {
    namespace,
    is: (pod) => pod !== undefined && pod.metadata.uid !== before.metadata.uid && pod.status?.phase === 'Running',
  });
  t.not(after.metadata.uid, before.metadata.uid);
});

const revision = (name: string, number: number, image: string): ControllerRevision => ({
  metadata: { name },
  data: templatePatch(statefulSet('s', {}, image).spec?.template),
  revision: number,
});
const both = { current: revision('old', 1, 'a'), update: revision('new', 2, 'b') };
function pod(ordinal: number, { hash = 'new', phase = 'Running', ready = true, going = false } = {}): Pod {
  const made = newStatefulPod(statefulSet('s'), { ordinal, revisions: both });
  return {
    ...made,
    metadata: {
      ...made.metadata,
      uid: `uid-${ordinal}`,
      labels: { ...made.metadata.labels, 'controller-revision-hash': hash },
      ...(going ? { deletionTimestamp: '1970-01-01T00:00:00Z' } : {}),
    },
    status: {
      phase,
      conditions: ready ? [{ type: 'Ready', status: 'True', lastTransitionTime: '1970-01-01T00:00:00Z' }] : [],
    },
  };
}
const view = (spec: Partial<Spec>, all: Pod[]): StatefulView => ({
  set: {
    ...statefulSet('s', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }, ...spec }, 'b'),
  },
  pods: all,
  revisions: both,
  claimNamed: () => undefined,
  now: 1_000_000,
});
const steps = (spec: Partial<Spec>, all: Pod[]) =>
  planPods(view(spec, all)).actions.map(({ kind, pod: { metadata } }) => `${kind} ${metadata.name}`);

test('steps in order and in parallel', (t) => {
  const parallel = { podManagementPolicy: 'Parallel' };
  const up = [pod(0), pod(1), pod(2)];
  const update = (rollingUpdate: NonNullable<NonNullable<Spec['updateStrategy']>['rollingUpdate']>) => ({
    updateStrategy: { type: 'RollingUpdate', rollingUpdate },
  });
  const old = { hash: 'old' };
  const cases: Array<[string, Partial<Spec>, Pod[], string[]]> = [
    ['the first', {}, [], ['create s-0']],
    ['all', parallel, [], ['create s-0', 'create s-1', 'create s-2']],
    ['not before the one before is ready', {}, [pod(0, { ready: false })], []],
    ['nor while it is going', {}, [pod(0, { going: true }), pod(1)], []],
    ['what has failed is ended', {}, [pod(0, { phase: 'Failed', ready: false })], ['delete s-0']],
    ['claims of a pending pod', {}, [pod(0, { phase: 'Pending', ready: false })], ['make-claims s-0']],
    ['the highest of those beyond', { replicas: 1 }, up, ['delete s-2']],
    ['all of those beyond', { ...parallel, replicas: 1 }, up, ['delete s-2', 'delete s-1']],
    ['not while a higher one is going', { replicas: 1 }, [pod(0), pod(1), pod(2, { going: true })], []],
    ['one that is not well may go', { replicas: 1 }, [pod(0), pod(1), pod(2, { ready: false })], ['delete s-2']],
    [
      'not if a lower one is not well either',
      { replicas: 1 },
      [pod(0), pod(1, { ready: false }), pod(2, { ready: false })],
      [],
    ],
    ['updates from the last', {}, [pod(0, old), pod(1, old), pod(2, old)], ['delete s-2']],
    ['the next when that is well', {}, [pod(0, old), pod(1, old), pod(2)], ['delete s-1']],
    ['not on delete', { updateStrategy: { type: 'OnDelete' } }, [pod(0, old), pod(1, old), pod(2, old)], []],
    ['not below the partition', update({ partition: 2 }), [pod(0, old), pod(1, old), pod(2)], []],
    [
      'two at a time',
      update({ partition: 0, maxUnavailable: 2 }),
      [pod(0, old), pod(1, old), pod(2, old)],
      ['delete s-2', 'delete s-1'],
    ],
  ];
  for (const [why, spec, all, expected] of cases) t.deepEqual(steps(spec, all), expected, why);
});

test('a status counts by revision, and the update is the current one when all pods are at it', (t) => {
  const of = (all: Pod[]) => statefulStatus(view({}, all), { updating: 0, collisionCount: 0 });
  t.like(of([pod(0, { hash: 'old' }), pod(1, { hash: 'old', ready: false }), pod(2)]), {
    replicas: 3,
    readyReplicas: 2,
    currentReplicas: 2,
    updatedReplicas: 1,
    currentRevision: 'old',
    updateRevision: 'new',
  });
  t.like(of([pod(0), pod(1), pod(2)]), { currentRevision: 'new', currentReplicas: 3, updatedReplicas: 3 });
});

test('claims are owned so that garbage collection does what the policy says', (t) => {
  const claim = { metadata: { name: 'data-s-0', namespace } } as PersistentVolumeClaim;
  const owners = (whenDeleted: string, whenScaled: string, replicas: number) => {
    const set = statefulSet('s', { replicas, persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled } });
    set.metadata.uid = 'set';
    const owned = ownedAsWanted(claim, set, pod(0));
    t.true(isOwnedAsWanted(owned, set, pod(0)));
    return (owned.metadata.ownerReferences ?? []).map(({ kind }) => kind);
  };
  t.deepEqual(owners('Retain', 'Retain', 1), []);
  t.deepEqual(owners('Delete', 'Retain', 1), ['StatefulSet']);
  t.deepEqual(owners('Delete', 'Retain', 0), ['StatefulSet']);
  t.deepEqual(owners('Retain', 'Delete', 1), []);
  t.deepEqual(owners('Retain', 'Delete', 0), ['Pod']);
  t.deepEqual(owners('Delete', 'Delete', 1), ['StatefulSet']);
  t.deepEqual(owners('Delete', 'Delete', 0), ['Pod']);
});

test('a template that was there before is its old revision under a new number; live revisions are kept', (t) => {
  const set = statefulSet('s', { revisionHistoryLimit: 0 }, 'a');
  t.deepEqual(planRevision(set, [both.current, both.update]), {
    kind: 'renumber',
    update: { ...both.current, revision: 3 },
  });
  t.deepEqual(planRevision(set, [both.current]), { kind: 'keep', update: both.current });
  t.deepEqual(planRevision(set, [both.update]), { kind: 'create', revision: 3 });
  const dropped = revisionsToDrop(set, { revisions: [both.current, both.update], live: new Set(['new']) });
  t.deepEqual(dropped, [both.current]);
});

test('names of revisions are those of upstream', (t) => {
  const set = statefulSet('web');
  t.is(
    newRevision(set, { revision: 1, collisionCount: 0 }).metadata.name,
    `web-${hashRevision(templatePatch(set.spec?.template), 0)}`,
  );
  t.not(hashRevision({ a: 1 }, 0), hashRevision({ a: 1 }, 1));
  t.is(hashRevision({ a: '<' }, undefined), hashRevision({ a: '<' }, undefined));
});
