import test from 'ava';
import { VirtualClock } from '../../server/apimachinery/clock/virtual-clock.ts';
import type { Client } from '../../server/client/client.ts';
import { cronJobs, deployments, nodes, pods, statefulSets } from '../../server/client/resource-types.ts';
import { startSimulation } from '../../server/cmd/library.ts';

const minute = 60_000;
const namespace = 'default';

async function createWorkloads(client: Client): Promise<void> {
  const workload = (app: string, replicas: number) => ({
    metadata: { name: app, namespace },
    spec: {
      replicas,
      selector: { matchLabels: { app } },
      template: { metadata: { labels: { app } }, spec: { containers: [{ name: 'main', image: 'nginx' }] } },
    },
  });
  await client.of(deployments).create(workload('web', 5));
  const { metadata, spec } = workload('db', 3);
  await client.of(statefulSets).create({ metadata, spec: { ...spec, serviceName: 'db' } });
  const containers = [{ name: 'main', image: 'busybox', command: ['sh', '-c', 'sleep 3'] }];
  await client.of(cronJobs).create({
    metadata: { name: 'tick', namespace },
    spec: {
      schedule: '* * * * *',
      jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers } } } },
    },
  });
}

/** A life of a cluster: every write of it, one a line, and how its pods are at the end. */
async function live(
  seed: number,
): Promise<{ readonly history: readonly string[]; readonly phases: readonly string[] }> {
  const history: string[] = [];
  const problems: string[] = [];
  const simulation = await startSimulation({
    seed,
    nodes: 3,
    onWrite: ({ revision, time, type, key, value }) => history.push(`${revision} ${time} ${type} ${key} ${value}`),
    onError: (error, what) => problems.push(`${what}: ${String(error)}`),
  });
  try {
    const { client } = simulation;
    await createWorkloads(client);
    await simulation.run(2 * minute);
    const image = { spec: { template: { spec: { containers: [{ name: 'main', image: 'nginx:2' }] } } } };
    await client.of(deployments).patch('web', image, { namespace, type: 'strategic' });
    await client.of(nodes).patch('node-2', { spec: { unschedulable: true } });
    await simulation.run(3 * minute);
    const { items } = await client.of(pods).list({ namespace });
    history.push(...problems);
    return { history, phases: items.map(({ status }) => status?.phase ?? '').toSorted() };
  } finally {
    await simulation.stop();
  }
}

test('a simulation with a fixed seed replays exactly: every write, at its time, byte for byte', async (t) => {
  const [first, again] = [await live(7), await live(7)];
  t.deepEqual(first.phases, [...Array<string>(8).fill('Running'), ...Array<string>(3).fill('Succeeded')]);
  const differs = first.history.findIndex((line, at) => line !== again.history[at]);
  t.is(again.history[differs], first.history[differs]);
  t.is(again.history.length, first.history.length);
  t.true(first.history.length > 400, `${first.history.length} writes`);
});

test('another seed gives another history that comes to the same end', async (t) => {
  const [one, other] = [await live(1), await live(2)];
  t.notDeepEqual(other.history, one.history);
  t.deepEqual(other.phases, one.phases);
});

test('timers of virtual time go off in the order of their times, equal ones as they were set, cancelled ones not', (t) => {
  const clock = new VirtualClock(1000);
  const seen: string[] = [];
  const note = (text: string) => () => seen.push(`${text} at ${clock.now()}`);
  clock.after(20, note('third'));
  clock.after(10, note('first'));
  clock.after(10, note('second'));
  clock.after(15, note('never'))();
  clock.after(0, () => clock.after(0, note('soon')));
  t.is(clock.untilNext, 1);
  clock.advance(19);
  t.deepEqual(seen, ['soon at 1002', 'first at 1010', 'second at 1010']);
  t.is(clock.untilNext, 1);
  clock.advance(100);
  t.is(seen.at(-1), 'third at 1020');
  t.is(clock.now(), 1119);
  t.is(clock.untilNext, undefined);
});
