import test, { type ExecutionContext } from 'ava';
import { packingScheduler } from '../../examples/packing-scheduler.ts';
import type { Container, Pod, PodSpec } from '../../server/client/api-types.ts';
import { isNotFound } from '../../server/client/client.ts';
import { configMaps, events, nodes, pods, priorityClasses } from '../../server/client/resource-types.ts';
import { type Portico, type PorticoOptions, startPortico } from '../../server/cmd/start-portico.ts';

/** Milliseconds: far more than anything takes. */
const patience = 60_000;

const whole = { storage: 'memory:', nodes: 2, scheduler: true, controllers: '*' } as const;

/** A whole cluster in this process: API server, controllers, scheduler, two nodes. One for all claims that do not need their own. */
let shared: Promise<Portico> | undefined;
test.after.always(async () => (await shared)?.stop());

async function cluster(t: ExecutionContext, options?: PorticoOptions) {
  if (options === undefined) {
    shared ??= startPortico(whole);
    return tools(await shared);
  }
  const portico = await startPortico({ ...whole, ...options });
  t.teardown(() => portico.stop());
  return tools(portico);
}

function tools({ client }: Portico) {
  const api = client.of(pods);
  const namespace = 'default';
  /** The first state of the pod for which it holds, from a watch: nobody sleeps. */
  const until = async (name: string, holds: (pod: Pod) => boolean): Promise<Pod> => {
    const signal = AbortSignal.timeout(patience);
    let last: Pod | undefined;
    try {
      const watch = await api.watch({ namespace, fieldSelector: `metadata.name=${name}`, signal });
      for await (const { type, object } of watch) {
        if (type === 'BOOKMARK') continue;
        last = object;
        if (holds(last)) return last;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    throw new Error(`pod ${name} never came so far; last seen: ${JSON.stringify(last?.status ?? null)}`);
  };
  const gone = async (name: string): Promise<void> => {
    const signal = AbortSignal.timeout(patience);
    const watch = await api.watch({ namespace, fieldSelector: `metadata.name=${name}`, signal });
    for await (const { type } of watch) if (type === 'DELETED') return;
  };
  const run = async (
    name: string,
    container: Partial<Container>,
    spec: Partial<PodSpec> = {},
    metadata: object = {},
  ): Promise<void> => {
    const containers = [{ name: 'main', image: 'registry.example.com/app:1', ...container }];
    const pod: Pod = {
      metadata: { name, namespace, ...metadata },
      spec: { automountServiceAccountToken: false, containers, ...spec },
    };
    await withRetries(() => api.create(pod));
  };
  const eventsOf = async (name: string) =>
    (await client.of(events).list({ namespace })).items.filter(({ regarding }) => regarding?.name === name);
  /** Events are written after what they tell of. */
  const untilEvent = async (name: string, reason: string) => {
    const signal = AbortSignal.timeout(patience);
    const watch = await client.of(events).watch({ namespace, signal });
    for await (const { object } of watch) {
      const event = object as { reason?: string; regarding?: { name?: string }; note?: string };
      if (event.reason === reason && event.regarding?.name === name) return event.note ?? '';
    }
    throw new Error(`no event ${reason} of pod ${name}`);
  };
  return { api, client, until, gone, run, eventsOf, untilEvent, namespace };
}

/** The default service account is made by a controller, which may be a moment later. */
async function withRetries<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 100; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || !String(error).includes('serviceaccount')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
const stateOf = ({ status }: Pod, name = 'main') =>
  [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].find((each) => each.name === name);

test('a pod is scheduled, started and ready, and its events tell how', async (t) => {
  const { run, until, untilEvent } = await cluster(t);
  await run('web', { ports: [{ containerPort: 80 }], readinessProbe: { httpGet: { port: 80 as never } } });
  const pod = await until('web', isReady);
  t.regex(pod.spec?.nodeName ?? '', /^node-[12]$/);
  t.is(pod.status?.phase, 'Running');
  t.truthy(pod.status?.podIP);
  t.like(stateOf(pod), { ready: true, started: true, restartCount: 0 });
  t.is(await untilEvent('web', 'Scheduled'), `Successfully assigned default/web to ${pod.spec?.nodeName}`);
  t.is(await untilEvent('web', 'Started'), 'Container started');
});

test('a pod that fits nowhere says why, and is scheduled when that changes', async (t) => {
  const { client, run, until, untilEvent } = await cluster(t);
  await run('picky', {}, { nodeSelector: { disk: 'ssd' } });
  const why =
    "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
  const waiting = await until(
    'picky',
    ({ status }) => status?.conditions?.some(({ message }) => message === why) === true,
  );
  t.like(
    waiting.status?.conditions?.find(({ type }) => type === 'PodScheduled'),
    { status: 'False', reason: 'Unschedulable' },
  );
  t.is(await untilEvent('picky', 'FailedScheduling'), why);
  await client.of(nodes).patch('node-2', { metadata: { labels: { disk: 'ssd' } } });
  t.is((await until('picky', isReady)).spec?.nodeName, 'node-2');
});

test('a pod that is deleted stops within its grace and is then gone', async (t) => {
  const { api, gone, run, until, untilEvent, namespace } = await cluster(t);
  await run('leaving', {}, { terminationGracePeriodSeconds: 30 });
  await until('leaving', isReady);
  const ended = gone('leaving');
  await api.delete('leaving', { namespace });
  await ended;
  t.is(await untilEvent('leaving', 'Killing'), 'Stopping container main');
  const error = await t.throwsAsync(api.get('leaving', { namespace }));
  t.true(isNotFound(error));
});

test('a container that ends again and again is restarted with growing waits', async (t) => {
  const { run, until } = await cluster(t);
  await run('crash', { image: 'busybox', command: ['sh', '-c', 'exit 3'] });
  const pod = await until('crash', (seen) => stateOf(seen)?.state?.waiting?.reason === 'CrashLoopBackOff');
  t.is(pod.status?.phase, 'Running');
  t.like(stateOf(pod)?.lastState?.terminated, { exitCode: 3, reason: 'Error' });
  t.regex(
    stateOf(pod)?.state?.waiting?.message ?? '',
    /^back-off 10s restarting failed container=main pod=crash_default\(/,
  );
});

test('init containers run one after the other before the others, and a pod of work ends with its exit code', async (t) => {
  const { run, until } = await cluster(t);
  const shared = [{ name: 'room', mountPath: '/room' }];
  const init = (name: string, text: string) => ({
    name,
    image: 'busybox',
    command: ['sh', '-c', `echo ${text} >> /room/log`],
    volumeMounts: shared,
  });
  await run(
    'work',
    {
      image: 'busybox',
      command: ['sh', '-c', '[ "$(cat /room/log | tr "\\n" " ")" = "one two " ] && exit 0; exit 9'],
      volumeMounts: shared,
    },
    {
      restartPolicy: 'Never',
      initContainers: [init('first', 'one'), init('second', 'two')],
      volumes: [{ name: 'room', emptyDir: {} }],
    },
  );
  const pod = await until('work', ({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed');
  t.is(pod.status?.phase, 'Succeeded');
  t.is(stateOf(pod)?.state?.terminated?.exitCode, 0);
  t.is(stateOf(pod, 'second')?.state?.terminated?.exitCode, 0);
});

test('a pod waits for a ConfigMap that it needs', async (t) => {
  const { client, run, until, untilEvent, namespace } = await cluster(t);
  const env = [{ name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } }];
  await run('env', { image: 'busybox', command: ['sh', '-c', '[ "$COLOUR" = blue ] && sleep 3600'], env });
  await until('env', (pod) => stateOf(pod)?.state?.waiting?.reason === 'CreateContainerConfigError');
  await run('volume', {}, { volumes: [{ name: 'v', configMap: { name: 'settings' } }] });
  t.is(
    await untilEvent('volume', 'FailedMount'),
    'MountVolume.SetUp failed for volume "v" : configmap "settings" not found',
  );
  await client.of(configMaps).create({ metadata: { name: 'settings', namespace }, data: { colour: 'blue' } });
  await until('volume', isReady);
  await until('env', isReady);
});

test('a liveness probe that fails restarts its container, a readiness probe takes the pod out', async (t) => {
  const { run, until } = await cluster(t);
  const probe = { tcpSocket: { port: 80 as never }, periodSeconds: 1, failureThreshold: 1 };
  const annotations = { 'simulation.portico.dev/liveness-fails': '1s-' };
  await run('ill', { livenessProbe: probe }, { terminationGracePeriodSeconds: 1 }, { annotations });
  t.is((await until('ill', (pod) => (stateOf(pod)?.restartCount ?? 0) > 0)).status?.phase, 'Running');
  await run(
    'busy',
    { readinessProbe: probe },
    {},
    { annotations: { 'simulation.portico.dev/readiness-fails': '2s-4s' } },
  );
  await until('busy', isReady);
  await until('busy', (pod) => !isReady(pod));
  await until('busy', isReady);
});

test('a more important pod takes the place of another', async (t) => {
  const { client, run, until, gone, untilEvent } = await cluster(t, { nodes: 1 });
  await client.of(priorityClasses).create({ metadata: { name: 'high' }, value: 1000 });
  const all = { resources: { requests: { cpu: '3' } } };
  await run('low', all);
  await until('low', isReady);
  const ended = gone('low');
  await run('high', all, { priorityClassName: 'high' });
  await ended;
  t.is((await until('high', isReady)).spec?.nodeName, 'node-1');
  t.regex(await untilEvent('low', 'Preempted'), /^Preempted by pod [0-9a-f-]+ on node node-1$/);
});

test('a scheduler of one’s own, behind the seam, decides where pods go', async (t) => {
  const { run, until } = await cluster(t, { nodes: 3, schedulerBackend: packingScheduler });
  for (const name of ['a', 'b', 'c']) await run(name, {});
  const placed = await Promise.all(['a', 'b', 'c'].map((name) => until(name, isReady)));
  t.is(new Set(placed.map(({ spec }) => spec?.nodeName)).size, 1);
});

test('a node refuses what it has no room for, and a resize waits until there is', async (t) => {
  const { api, run, until, untilEvent, gone, namespace } = await cluster(t, { nodes: 1 });
  const asking = (cpu: string) => ({ resources: { requests: { cpu } } });
  const isRunning = ({ status }: Pod) => status?.phase === 'Running';
  await run('one', asking('1'));
  await run('other', asking('2'));
  await until('one', isRunning);
  await until('other', isRunning);

  // Assigned by hand: no scheduler has looked for room.
  await run('third', asking('2'), { nodeName: 'node-1' });
  const refused = await until('third', ({ status }) => status?.phase === 'Failed');
  t.is(refused.status?.reason, 'OutOfcpu');
  const shortage = "Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 4000";
  t.is(refused.status?.message, `Pod was rejected: ${shortage}`);
  t.is(await untilEvent('third', 'OutOfcpu'), shortage);
  await run('picky', {}, { nodeName: 'node-1', nodeSelector: { disk: 'ssd' } });
  t.is((await until('picky', ({ status }) => status?.phase === 'Failed')).status?.reason, 'NodeAffinity');

  const resize = (cpu: string) =>
    api.patch(
      'one',
      { spec: { containers: [{ name: 'main', ...asking(cpu) }] } },
      { namespace, subresource: 'resize' },
    );
  await resize('3');
  const conditionOf = ({ status }: Pod, type: string) => status?.conditions?.find((each) => each.type === type);
  const pending = await until('one', (pod) => conditionOf(pod, 'PodResizePending') !== undefined);
  t.like(conditionOf(pending, 'PodResizePending'), {
    status: 'True',
    reason: 'Deferred',
    message: "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000",
    observedGeneration: pending.metadata.generation,
  });
  t.is(stateOf(pending)?.allocatedResources?.cpu, '1');
  t.is(stateOf(pending)?.resources?.requests?.cpu, '1');
  t.regex(await untilEvent('one', 'ResizeDeferred'), /^Pod resize OutOfcpu: \{"containers":\[\{"name":"main"/);
  const isGone = gone('other');
  await api.delete('other', { namespace, gracePeriodSeconds: 0 });
  await isGone;
  const resized = await until('one', (pod) => stateOf(pod)?.resources?.requests?.cpu === '3');
  t.is(stateOf(resized)?.allocatedResources?.cpu, '3');
  t.is(conditionOf(resized, 'PodResizePending'), undefined);
  await until('one', (pod) => conditionOf(pod, 'PodResizeInProgress') === undefined);
  await untilEvent('one', 'ResizeCompleted');
  t.is(stateOf(resized)?.restartCount, 0);
});
