import test from 'ava';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { events, nodes, pods, serviceAccounts } from '../../server/client/resource-types.ts';
import { startPortico } from '../../server/cmd/start-portico.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, find } from './cluster-under-test.ts';

type Answer = (args: Record<string, unknown>, verb: string) => unknown;

/** What the test lets the extender answer; undefined: an error. */
let answer: Answer = () => undefined;
const asked: string[] = [];
const extender = createServer((req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    const verb = (req.url ?? '').replace('/', '');
    asked.push(verb);
    const body = answer(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>, verb);
    res.writeHead(body === undefined ? 500 : 200).end(JSON.stringify(body ?? {}));
  });
});

let portico: Awaited<ReturnType<typeof startPortico>>;
test.before(async () => {
  extender.listen(0, '127.0.0.1');
  await once(extender, 'listening');
  const urlPrefix = `http://127.0.0.1:${(extender.address() as AddressInfo).port}/`;
  const schedulerConfig = join(await temporaryFolder('extenders'), 'scheduler.yaml');
  const all = {
    urlPrefix,
    filterVerb: 'filter',
    prioritizeVerb: 'prioritize',
    preemptVerb: 'preempt',
    bindVerb: 'bind',
  };
  const managed = {
    managedResources: [{ name: 'example.com/magic', ignoredByScheduler: true }],
    nodeCacheCapable: true,
  };
  await writeFile(
    schedulerConfig,
    JSON.stringify({
      apiVersion: 'kubescheduler.config.k8s.io/v1',
      kind: 'KubeSchedulerConfiguration',
      extenders: [{ ...all, ...managed, weight: 5 }],
    }),
  );
  portico = await startPortico({ storage: 'memory:', controllers: '*', scheduler: true, schedulerConfig });
  for (const name of ['a', 'b', 'c']) {
    await portico.client.of(nodes).create({ metadata: { name } });
    await portico.client.of(nodes).patch(name, { spec: { taints: null } });
    const capacity = { cpu: '4', memory: '8Gi', pods: '10' };
    await portico.client
      .of(nodes)
      .patch(name, { status: { capacity, allocatable: capacity } }, { subresource: 'status' });
  }
  await eventually(() => find(portico.client, serviceAccounts, { name: 'default', namespace: 'default' }));
});
test.after.always(async () => {
  await portico?.stop();
  extender.close();
});

async function create(name: string, resources: object): Promise<void> {
  const tolerations = [{ operator: 'Exists' }];
  const pod = {
    metadata: { name, namespace: 'default' },
    spec: { tolerations, containers: [{ name: 'c', image: 'i', resources }] },
  };
  await portico.client.of(pods).create(pod);
}

const magic = { limits: { 'example.com/magic': '1' } };

test.serial(
  'an extender that manages a resource is asked about pods that want it, and nobody else counts it',
  async (t) => {
    answer = ({ NodeNames: names }, verb) => {
      if (verb === 'filter') return { nodeNames: ['b', 'c'], failedNodes: { a: 'no magic' } };
      if (verb === 'prioritize') return (names as string[]).map((Host) => ({ Host, Score: Host === 'c' ? 10 : 1 }));
      return undefined;
    };
    await create('plain', {});
    await eventually(
      async () => (await find(portico.client, pods, { name: 'plain', namespace: 'default' }))?.spec?.nodeName,
    );
    t.deepEqual(asked, []);
    let bound: unknown;
    const decide = answer;
    answer = (args, verb) => {
      if (verb !== 'bind') return decide(args, verb);
      bound = args;
      return {};
    };
    await create('wanting', magic);
    await eventually(() => Promise.resolve(bound !== undefined));
    const { metadata } = await portico.client.of(pods).get('wanting', { namespace: 'default' });
    t.deepEqual(bound, { PodName: 'wanting', PodNamespace: 'default', PodUID: metadata.uid, Node: 'c' });
    t.deepEqual(asked, ['filter', 'prioritize', 'bind']);
    await portico.client.of(pods).delete('wanting', { namespace: 'default', gracePeriodSeconds: 0 });
  },
);

test.serial('what an extender says of nodes is why a pod waits', async (t) => {
  answer = (_args, verb) =>
    verb === 'filter'
      ? { nodeNames: [], failedNodes: { a: 'no magic', b: 'no magic' }, failedAndUnresolvableNodes: { c: 'never' } }
      : undefined;
  await create('refused', magic);
  const note = await eventually(async () => {
    const { items } = await portico.client.of(events).list({ namespace: 'default' });
    return items.find(({ regarding, reason }) => regarding?.name === 'refused' && reason === 'FailedScheduling')?.note;
  });
  t.regex(note, /^0\/3 nodes are available: 1 never, 2 no magic\./);
  await portico.client.of(pods).delete('refused', { namespace: 'default', gracePeriodSeconds: 0 });
});

test.serial('a pod waits where an extender cannot be asked that may not be left out', async (t) => {
  answer = () => undefined;
  await create('unheard', magic);
  const condition = await eventually(async () => {
    const pod = await find(portico.client, pods, { name: 'unheard', namespace: 'default' });
    return pod?.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  });
  t.is(condition.reason, 'SchedulerError');
  t.regex(condition.message ?? '', /^failed filter with extender at URL http:.*, code 500$/);
});
