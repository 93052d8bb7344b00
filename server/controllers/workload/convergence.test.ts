import test from 'ava';
import type { DaemonSet, Deployment, Job, StatefulSet } from '../../client/api-types.ts';
import {
  controllerRevisions,
  daemonSets,
  deployments,
  jobs,
  nodes,
  pods,
  replicaSets,
  statefulSets,
} from '../../client/resource-types.ts';
import { seededRandom } from '../../../conformance/seeded-random.ts';
import { daemonSetController } from '../daemonset/controller.ts';
import { deploymentController } from '../deployment/controller.ts';
import { jobController } from '../job/controller.ts';
import { replicaSetController } from '../replicaset/controller.ts';
import { statefulSetController } from '../statefulset/controller.ts';
import { TestCluster } from './cluster-harness.ts';

const namespace = 'default';
const all = [deploymentController, replicaSetController, statefulSetController, daemonSetController, jobController];
const ROUNDS = Number(process.env.ROUNDS ?? 40);

const template = (app: string, image: string) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'c', image }] },
});
const common = (app: string) => ({ metadata: { name: app, namespace }, selector: { matchLabels: { app } } });

test('whenever controllers are killed, they come to the same end when they run again', async (t) => {
  const seed = Number(process.env.SEED ?? Date.now() % 1e6);
  t.log(`SEED=${seed} replays this`);
  const random = seededRandom(seed);
  const cluster = await TestCluster.start();
  t.teardown(() => cluster.stop());
  const { client } = cluster;
  for (const name of ['n1', 'n2']) {
    await client.of(nodes).create({ metadata: { name } });
    await client.of(nodes).patch(name, { spec: { taints: null } });
  }
  cluster.runPods(({ metadata }) => ({ phase: metadata.labels?.app === 'job' ? 'Succeeded' : 'Running' }), {
    namespace,
  });
  let seen = 0;
  const count = () => void seen++;
  const informer = cluster.informers.of(pods);
  informer.addHandlers({ added: count, updated: count, deleted: count });

  const { metadata, selector } = common('web');
  await client.of(deployments).create({ metadata, spec: { replicas: 5, selector, template: template('web', 'a') } });
  await client.of(statefulSets).create({
    metadata: { name: 'db', namespace },
    spec: { replicas: 3, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: template('db', 'a') },
  });
  await client.of(daemonSets).create({
    metadata: { name: 'agent', namespace },
    spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent', 'a') },
  });
  const job = template('job', 'a');
  await client.of(jobs).create({
    metadata: { name: 'job', namespace },
    spec: { completions: 60, parallelism: 3, template: { ...job, spec: { ...job.spec, restartPolicy: 'Never' } } },
  });

  let image = 'a';
  for (let round = 0; round < ROUNDS; round++) {
    const kill = cluster.run(...all);
    const until = seen + Math.floor(random() * 12);
    const patience = AbortSignal.timeout(150);
    // Some rounds end before anything has happened, some when nothing is left to do.
    while (seen < until && !patience.aborted) await new Promise((resolve) => setImmediate(resolve));
    await kill();
    if (round % 10 !== 9) continue;
    image = `image-${round}`;
    const patch = { spec: { template: { spec: { containers: [{ name: 'c', image }] } } } };
    for (const [type, name] of [
      [deployments, 'web'],
      [statefulSets, 'db'],
      [daemonSets, 'agent'],
    ] as const) {
      await client.of<object>(type).patch(name, patch, { namespace, type: 'strategic' });
    }
  }
  cluster.run(...all);
  const isSeen = (each: Deployment | StatefulSet | DaemonSet | undefined) =>
    each?.spec?.template.spec?.containers[0]?.image === image &&
    each.status?.observedGeneration === each.metadata.generation;
  const isComplete = (each: Deployment | StatefulSet | undefined) =>
    isSeen(each) &&
    each?.status?.updatedReplicas === each?.spec?.replicas &&
    each?.status?.replicas === each?.spec?.replicas &&
    each?.status?.availableReplicas === each?.spec?.replicas;
  await cluster.until(deployments, 'web', { namespace, is: isComplete });
  await cluster.until(statefulSets, 'db', { namespace, is: isComplete });
  await cluster.until(daemonSets, 'agent', {
    namespace,
    is: (each) => isSeen(each) && each?.status?.updatedNumberScheduled === 2 && each.status.numberAvailable === 2,
  });
  const isDone = (each: Job | undefined) => each?.status?.conditions?.some(({ type }) => type === 'Complete') === true;
  const done = await cluster.until(jobs, 'job', { namespace, is: isDone });
  t.is(done.status?.succeeded, 60);
  const alive = await cluster.untilAll(pods, {
    namespace,
    are: (each) => each.filter((pod) => pod.status?.phase === 'Running').length === 10 && each.length === 70,
  });
  const running = alive.filter((pod) => pod.status?.phase === 'Running');
  t.true(running.every((pod) => pod.spec?.containers[0]?.image === image));
  t.is(
    (await client.of(replicaSets).list({ namespace })).items.filter(({ spec }) => (spec?.replicas ?? 0) > 0).length,
    1,
  );
  const revisions = (await client.of(controllerRevisions).list({ namespace })).items.map(
    (each) => `${each.metadata.labels?.app} ${each.revision}`,
  );
  t.is(new Set(revisions).size, revisions.length, 'no revision is there twice');
});
