import test from 'ava';
import type { Deployment, Pod, PodTemplateSpec, ReplicaSet } from '../../client/api-types.ts';
import { deployments, pods, replicaSets } from '../../client/resource-types.ts';
import { replicaSetController } from '../replicaset/controller.ts';
import { TestCluster } from '../workload/cluster-harness.ts';
import { hashPodTemplate } from '../workload/pod-template-hash.ts';
import { deploymentController } from './controller.ts';
import { findNewReplicaSet } from './replica-sets.ts';
import { planDeployment } from './reconcile.ts';
import { annotationsOfNew, nextRevision, previousRevision } from './revisions.ts';

const namespace = 'default';
const byText = (a = '', b = '') => (a < b ? -1 : 1);
let cluster: TestCluster;

test.before(async () => {
  cluster = await TestCluster.start();
  cluster.run(deploymentController, replicaSetController);
  cluster.runPods((pod) => (pod.metadata.labels?.broken === undefined ? { phase: 'Running' } : undefined), {
    namespace,
  });
});
test.after.always(() => cluster?.stop());

function template(
  name: string,
  { image = 'a', labels = {} }: { image?: string; labels?: Record<string, string> } = {},
): PodTemplateSpec {
  return { metadata: { labels: { app: name, ...labels } }, spec: { containers: [{ name: 'c', image }] } };
}

function deployment(name: string, spec: Partial<Deployment['spec']> = {}): Deployment {
  return {
    metadata: { name, namespace },
    spec: { replicas: 3, selector: { matchLabels: { app: name } }, template: template(name), ...spec },
  };
}

const isComplete = (replicas: number) => (object: Deployment | undefined) =>
  object?.status?.availableReplicas === replicas &&
  object.status.replicas === replicas &&
  object.status.updatedReplicas === replicas &&
  object.status.observedGeneration === object.metadata.generation;

test('a deployment rolls out, and again with another template, within its limits', async (t) => {
  const resource = cluster.client.of(deployments);
  await resource.create(deployment('web'));
  const first = await cluster.until(deployments, 'web', { namespace, is: isComplete(3) });
  t.is(first.metadata.annotations?.['deployment.kubernetes.io/revision'], '1');
  await cluster.until(deployments, 'web', {
    namespace,
    is: (object) => object?.status?.conditions?.some(({ reason }) => reason === 'NewReplicaSetAvailable') === true,
  });
  await resource.patch(
    'web',
    { spec: { template: { spec: { containers: [{ name: 'c', image: 'b' }] } } } },
    { namespace, type: 'strategic' },
  );
  const second = await cluster.until(deployments, 'web', {
    namespace,
    is: (object) =>
      isComplete(3)(object) && object?.metadata.annotations?.['deployment.kubernetes.io/revision'] === '2',
  });
  const sets = (await cluster.client.of(replicaSets).list({ namespace })).items.filter(
    ({ metadata }) => metadata.labels?.app === 'web',
  );
  t.deepEqual(sets.map((set) => `${revisionOf(set)}: ${set.spec?.replicas}`).toSorted(byText), ['1: 0', '2: 3']);
  t.is(sets.length, 2);
  const stored = await resource.get('web', { namespace });
  t.true(
    sets.some(({ metadata }) => metadata.name === `web-${hashPodTemplate(stored.spec?.template ?? {}, undefined)}`),
  );
  t.like(
    second.status?.conditions?.find(({ type }) => type === 'Available'),
    { status: 'True', reason: 'MinimumReplicasAvailable' },
  );
  const events = await cluster.eventsOf('web', { namespace, include: 'from 1 to 0' });
  t.true(
    events.some((text) => /^ScalingReplicaSet: Scaled up replica set web-\w+ from 0 to 3$/.test(text)),
    events.join('\n'),
  );
  t.deepEqual(
    cluster.problems.filter((text) => text.includes('/web')),
    [],
  );
});

const revisionOf = (object: { metadata: { annotations?: Record<string, string> } } | undefined) =>
  object?.metadata.annotations?.['deployment.kubernetes.io/revision'];
const setsOf = async (app: string): Promise<ReplicaSet[]> =>
  (await cluster.client.of(replicaSets).list({ namespace })).items.filter(
    ({ metadata }) => metadata.labels?.app === app,
  );
const withImage = (image: string) => ({ spec: { template: { spec: { containers: [{ name: 'c', image }] } } } });
const strategic = { namespace, type: 'strategic' } as const;

test('a recreation ends the old pods before it makes new ones', async (t) => {
  const resource = cluster.client.of(deployments);
  const seen: Array<[number, number]> = [];
  const images = ({ spec }: Pod) => spec?.containers[0]?.image;
  await resource.create(deployment('once', { strategy: { type: 'Recreate' } }));
  await cluster.until(deployments, 'once', { namespace, is: isComplete(3) });
  const stopLooking = cluster.informers.of(pods).addHandlers({
    added: () => {
      const all = cluster.informers
        .of(pods)
        .lister.list(namespace)
        .filter(({ metadata }) => metadata.labels?.app === 'once');
      seen.push([all.filter((pod) => images(pod) === 'a').length, all.filter((pod) => images(pod) === 'b').length]);
    },
  });
  seen.length = 0;
  await resource.patch('once', withImage('b'), strategic);
  await cluster.until(deployments, 'once', {
    namespace,
    is: (each) => isComplete(3)(each) && revisionOf(each) === '2',
  });
  stopLooking();
  t.true(seen.length > 0 && seen.every(([old, fresh]) => old === 0 || fresh === 0), JSON.stringify(seen));
});

test('a paused deployment is scaled but not rolled out, and says that it is paused', async (t) => {
  const resource = cluster.client.of(deployments);
  await resource.create(deployment('paused', { replicas: 1 }));
  await cluster.until(deployments, 'paused', { namespace, is: isComplete(1) });
  await resource.patch('paused', { spec: { paused: true, replicas: 2, ...withImage('b').spec } }, strategic);
  const paused = await cluster.until(deployments, 'paused', {
    namespace,
    is: (each) => each?.status?.availableReplicas === 2 && each.status.observedGeneration === each.metadata.generation,
  });
  t.is((await setsOf('paused')).length, 1);
  t.like(
    paused.status?.conditions?.find(({ type }) => type === 'Progressing'),
    {
      status: 'Unknown',
      reason: 'DeploymentPaused',
      message: 'Deployment is paused',
    },
  );
  await resource.patch('paused', { spec: { paused: false } }, strategic);
  await cluster.until(deployments, 'paused', {
    namespace,
    is: (each) => isComplete(2)(each) && revisionOf(each) === '2',
  });
});

test('going back to a template takes its replica set again, under a new revision that remembers the old one', async (t) => {
  const resource = cluster.client.of(deployments);
  await resource.create(deployment('back', { replicas: 1, revisionHistoryLimit: 1 }));
  await cluster.until(deployments, 'back', { namespace, is: isComplete(1) });
  for (const [image, revision] of [
    ['b', '2'],
    ['a', '3'],
  ] as const) {
    await resource.patch('back', withImage(image), strategic);
    await cluster.until(deployments, 'back', {
      namespace,
      is: (each) => isComplete(1)(each) && revisionOf(each) === revision,
    });
  }
  const found = (await setsOf('back')).find((each) => revisionOf(each) === '3');
  t.is(found?.metadata.annotations?.['deployment.kubernetes.io/revision-history'], '1');
  await resource.patch('back', withImage('c'), strategic);
  await cluster.until(deployments, 'back', {
    namespace,
    is: (each) => isComplete(1)(each) && revisionOf(each) === '4',
  });
  const kept = await cluster.untilAll(replicaSets, {
    namespace,
    are: (all) => all.filter(({ metadata }) => metadata.labels?.app === 'back').length === 2,
  });
  t.deepEqual(
    kept
      .filter(({ metadata }) => metadata.labels?.app === 'back')
      .map(revisionOf)
      .toSorted(byText),
    ['3', '4'],
  );
});

test('a name that is taken by another replica set is passed over, and counted as a collision', async (t) => {
  const resource = cluster.client.of(deployments);
  const stored = await resource.create(deployment('taken', { replicas: 1, paused: true }));
  const hash = hashPodTemplate(stored.spec?.template ?? {}, undefined);
  const labels = { other: 'one' };
  await cluster.client.of(replicaSets).create({
    metadata: { name: `taken-${hash}`, namespace },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'x' }] } },
    },
  });
  await resource.patch('taken', { spec: { paused: false } }, { namespace });
  const done = await cluster.until(deployments, 'taken', { namespace, is: isComplete(1) });
  t.is(done.status?.collisionCount, 1);
  t.is((await setsOf('taken'))[0]?.metadata.name, `taken-${hashPodTemplate(stored.spec?.template ?? {}, 1)}`);
});

test('hashes of templates are those of upstream, so that rollouts of a cluster taken over go on', (t) => {
  const usual = {
    metadata: { labels: { app: 'web' } },
    spec: {
      containers: [
        {
          name: 'c',
          image: 'nginx:1.27',
          ports: [{ containerPort: 80, protocol: 'TCP' }],
          resources: {
            limits: { cpu: '500m', memory: '1Gi', 'hugepages-1Gi': '4Ti' },
            requests: { cpu: '1500m', memory: '8Mi' },
          },
          readinessProbe: {
            httpGet: { path: '/', port: 'http', scheme: 'HTTP' },
            timeoutSeconds: 1,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
          },
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'IfNotPresent',
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
      volumes: [{ name: 'v', configMap: { name: 'x', defaultMode: 420 } }],
    },
  };
  t.is(hashPodTemplate(usual, undefined), '66d7667f9d');
  t.is(hashPodTemplate({ metadata: {}, spec: { containers: [] } }, undefined), '85748b7f68');
  t.not(hashPodTemplate(usual, 1), hashPodTemplate(usual, undefined));
});

function replicaSet(
  name: string,
  { image = 'a', replicas = 0, available = 0, annotations = {}, created = 1 } = {},
): ReplicaSet {
  const spec = { replicas, selector: {}, template: template('d', { image, labels: { 'pod-template-hash': name } }) };
  const creationTimestamp = new Date(created * 1000).toISOString();
  return {
    metadata: { name, uid: name, creationTimestamp, annotations },
    spec,
    status: { replicas, availableReplicas: available, readyReplicas: available },
  };
}
const rolling = (maxSurge: number | string, maxUnavailable: number | string) =>
  ({ type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } }) as NonNullable<
    Deployment['spec']
  >['strategy'];
const ofTemplate = (image: string, spec: Partial<Deployment['spec']> = {}): Deployment => ({
  ...deployment('d', { template: template('d', { image }), strategy: rolling(1, 1), ...spec }),
  metadata: { name: 'd', uid: 'd', generation: 1 },
});
const sizesAfter = (view: { deployment: Deployment; replicaSets: ReplicaSet[] }, now = 0) => {
  const { create, updates } = planDeployment({ ...view, withPods: new Set(), now });
  return Object.fromEntries(
    [...(create === undefined ? [] : [create]), ...updates.map(({ after }) => after)].map(({ metadata, spec }) => [
      metadata.uid ?? 'new',
      spec?.replicas,
    ]),
  );
};
const sized = (desired: number, max: number) => ({
  'deployment.kubernetes.io/desired-replicas': String(desired),
  'deployment.kubernetes.io/max-replicas': String(max),
  'deployment.kubernetes.io/revision': '1',
});

test('each step of a rolling update keeps within surge and unavailability', (t) => {
  const old = (replicas: number, available: number) =>
    replicaSet('old', { replicas, available, annotations: sized(10, 12) });
  const fresh = (replicas: number, available: number) =>
    replicaSet('fresh', {
      image: 'b',
      replicas,
      available,
      created: 2,
      annotations: { ...sized(10, 12), 'deployment.kubernetes.io/revision': '2' },
    });
  const steps: Array<[string, number | string, number | string, ReplicaSet[], Record<string, number>]> = [
    ['nothing there', 2, 2, [], { new: 10 }],
    ['first surge, and what may be missing goes at once', 2, 2, [old(10, 10)], { new: 2, old: 8 }],
    ['no surge: only down', 0, '25%', [old(10, 10)], { new: 0, old: 8 }],
    ['new ones first', 2, 2, [old(8, 8), fresh(2, 0)], { fresh: 4 }],
    ['old ones go as new ones are available', 2, 2, [old(8, 8), fresh(4, 4)], { old: 4 }],
    ['what is broken goes first', 2, 2, [old(8, 3), fresh(4, 4)], { old: 4 }],
    ['nothing may go', 2, 2, [old(8, 8), fresh(4, 0)], {}],
    ['percentages that come to nothing move anyhow', '0%', '1%', [old(10, 10), fresh(0, 0)], { old: 9 }],
  ];
  for (const [why, surge, unavailable, replicaSets, expected] of steps) {
    const view = { deployment: ofTemplate('b', { replicas: 10, strategy: rolling(surge, unavailable) }), replicaSets };
    t.deepEqual(sizesAfter(view), expected, why);
  }
});

test('what goes because it is broken and what goes because it may are two steps, each told', (t) => {
  const { updates } = planDeployment({
    deployment: ofTemplate('b', { replicas: 10, strategy: rolling(2, 2) }),
    replicaSets: [
      replicaSet('old', { replicas: 10, available: 9, annotations: sized(10, 12) }),
      replicaSet('fresh', { image: 'b', replicas: 2, available: 2, created: 2, annotations: sized(10, 12) }),
    ],
    withPods: new Set(),
    now: 0,
  });
  const sizes = updates
    .map(({ before, after }) => [before.metadata.name, before.spec?.replicas, after.spec?.replicas])
    .filter(([, from, to]) => from !== to);
  t.deepEqual(sizes, [
    ['old', 10, 9],
    ['old', 9, 6],
  ]);
});

test('a deployment that is scaled in the middle of a rollout keeps the shares of its replica sets', (t) => {
  const view = (replicas: number, max: number) => ({
    deployment: ofTemplate('b', { replicas, strategy: rolling(max - replicas, 2) }),
    replicaSets: [
      replicaSet('old', { replicas: 8, available: 8, annotations: sized(10, 13) }),
      replicaSet('fresh', {
        image: 'b',
        replicas: 5,
        created: 2,
        annotations: { ...sized(10, 13), 'deployment.kubernetes.io/revision': '2' },
      }),
    ],
  });
  t.deepEqual(sizesAfter(view(15, 18)), { old: 11, fresh: 7 });
  t.deepEqual(sizesAfter(view(5, 8)), { old: 5, fresh: 3 });
  t.deepEqual(sizesAfter(view(0, 0)), { old: 0, fresh: 0 });
});

test('a rollout that stands still beyond its deadline says so once, and is looked at when that is due', (t) => {
  const stuck = replicaSet('d', { image: 'b', replicas: 1, annotations: sized(1, 2) });
  const at = (seconds: number) => new Date(seconds * 1000).toISOString();
  const condition = {
    type: 'Progressing',
    status: 'True',
    reason: 'ReplicaSetUpdated',
    lastUpdateTime: at(100),
    lastTransitionTime: at(50),
  };
  const view = (now: number) => {
    const deployment = ofTemplate('b', { replicas: 1, progressDeadlineSeconds: 10 });
    const status = { replicas: 1, updatedReplicas: 1, conditions: [condition] };
    return planDeployment({
      deployment: { ...deployment, status },
      replicaSets: [stuck],
      withPods: new Set(),
      now: now * 1000,
    });
  };
  const progressing = (now: number) => view(now).status.status?.conditions?.find(({ type }) => type === 'Progressing');
  t.deepEqual(progressing(109), condition);
  t.is(view(105).requeueAfter, 6000);
  t.like(progressing(111), {
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: 'ReplicaSet "d" has timed out progressing.',
  });
  t.is(view(111).requeueAfter, undefined);
});

test('a rollback by annotation restores template and annotations, and is cleared', (t) => {
  const rollback = (to: string, sets: ReplicaSet[]) => {
    const deployment = ofTemplate('b');
    deployment.metadata.annotations = { 'deprecated.deployment.rollback.to': to, note: 'new' };
    return planDeployment({ deployment, replicaSets: sets, withPods: new Set(), now: 0 });
  };
  const sets = [
    replicaSet('one', { image: 'a', annotations: { ...sized(1, 2), note: 'old' } }),
    replicaSet('two', { image: 'b', annotations: { ...sized(1, 2), 'deployment.kubernetes.io/revision': '2' } }),
  ];
  const plan = rollback('0', sets);
  t.is(plan.rewrite?.spec?.template?.spec?.containers[0]?.image, 'a');
  t.deepEqual(plan.rewrite?.metadata.annotations, { note: 'old' });
  t.deepEqual(plan.rewrite?.spec?.template?.metadata?.labels, { app: 'd' });
  t.deepEqual(plan.events[0], {
    type: 'Normal',
    reason: 'DeploymentRollback',
    message: 'Rolled back deployment "d" to revision 1',
  });
  t.is(rollback('2', sets).events[0]?.reason, 'DeploymentRollbackTemplateUnchanged');
  t.is(rollback('7', sets).events[0]?.message, 'Unable to find the revision to rollback to.');
  t.is(previousRevision(sets), 1n);
  const large = replicaSet('large', { annotations: { 'deployment.kubernetes.io/revision': '3546343826724305832' } });
  t.is(nextRevision([large]), 3546343826724305833n);
});

test('of several replica sets with the template, always the oldest is the new one', (t) => {
  const [older, newer] = [replicaSet('older', { created: 1 }), replicaSet('newer', { created: 2 })];
  t.is(findNewReplicaSet(ofTemplate('a'), [newer, older]), older);
  t.is(findNewReplicaSet(ofTemplate('c'), [newer, older]), undefined);
});

test('the history of revisions stays within its length, the oldest go', (t) => {
  const history = Array.from({ length: 600 }, (_, index) => index + 100).join(',');
  const set = replicaSet('s', {
    annotations: { 'deployment.kubernetes.io/revision': '700', 'deployment.kubernetes.io/revision-history': history },
  });
  const annotations = annotationsOfNew(set, { deployment: ofTemplate('a'), revision: 701n, exists: true });
  const kept = annotations['deployment.kubernetes.io/revision-history'] ?? '';
  t.true(kept.length <= 2000 && kept.endsWith(',699,700'));
});
