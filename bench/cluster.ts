/**
 * Measures a whole cluster in one process, `portico up`: how long nodes and pods take, what they hold, what they cost at rest.
 *
 *     node bench/cluster.ts [--nodes 5000] [--pods 10000] [--deployments 1] [--idle-seconds 60] [--limit-seconds 900] [--json FILE]
 *
 * `--nodes 1 --pods 3 --idle-seconds 0` says how long `npm start` takes to a cluster that runs something. Processor seconds say what a quiet
 * machine would need, whatever else runs beside: those of the server and of its database.
 */
import { rm, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readKubeconfig } from '../conformance/differential/kubeconfig.ts';
import { databaseProcess } from '../conformance/embedded-database.ts';
import { PorticoProcess } from '../conformance/portico-process.ts';
import { withDescendants } from '../conformance/process-tree.ts';
import { temporaryFolder } from '../conformance/temporary-folder.ts';
import { Connections } from './connections.ts';
import { memoryOf } from './process-memory.ts';
import { processorTime } from './processor-time.ts';

interface Stage {
  readonly stage: string;
  /** Since the start, or since the stage before. */
  readonly seconds: number;
  /** Of the server and of its database, in the same time. */
  readonly processorSeconds: number;
  readonly databaseSeconds: number;
  readonly memoryMiB: number;
}

const POLL_MS = 250;

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '5000' },
    pods: { type: 'string', default: '10000' },
    deployments: { type: 'string', default: '1' },
    'idle-seconds': { type: 'string', default: '60' },
    'limit-seconds': { type: 'string', default: '900' },
    json: { type: 'string' },
  },
});
const [nodes, pods, deployments] = [Number(values.nodes), Number(values.pods), Number(values.deployments)];
const deadline = performance.now() + Number(values['limit-seconds']) * 1000;

const dataDirectory = await temporaryFolder('portico-cluster');
let since = performance.now();
const portico = await PorticoProcess.start({
  dataDirectory,
  flags: ['--nodes', String(nodes), '--scheduler', 'true'],
});
const database = await databaseProcess(dataDirectory);
const api = await Connections.open(readKubeconfig(portico.kubeconfig), 1);
let used = { server: 0, database: 0 };
const stages: Stage[] = [];
try {
  finish('serving');
  await until('nodes', async () => (await countNodes()) >= nodes && (await areNodesReady()));
  finish(`${nodes} nodes Ready`);
  for (let index = 0; index < deployments; index++) await createDeployment(index);
  const wanted = Math.floor(pods / deployments) * deployments;
  await until('pods', async () => (await countReadyPods()) >= wanted);
  finish(`${wanted} pods Running`);
  const idle = Number(values['idle-seconds']);
  if (idle > 0) {
    // What is left over from the start is done before.
    await pause(Math.min(idle, 15) * 1000);
    begin();
    await pause(idle * 1000);
    finish(`${idle} s at rest`);
  }
  console.table(
    stages.map(({ stage, ...figures }) => ({
      stage,
      ...Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, Number(figure.toFixed(2))])),
    })),
  );
  if (values.json !== undefined)
    await writeFile(values.json, `${JSON.stringify({ nodes, pods, stages }, undefined, 2)}\n`);
} finally {
  api.close();
  await portico.stop();
  await rm(dataDirectory, { recursive: true, force: true });
}

function processorTimes(): typeof used {
  const all = withDescendants([database]).map(processorTime);
  return { server: processorTime(portico.pid), database: all.reduce((sum, seconds) => sum + seconds, 0) };
}

function begin(): void {
  since = performance.now();
  used = processorTimes();
}

function finish(stage: string): void {
  const now = processorTimes();
  stages.push({
    stage,
    seconds: (performance.now() - since) / 1000,
    processorSeconds: now.server - used.server,
    databaseSeconds: now.database - used.database,
    memoryMiB: memoryOf(withDescendants([portico.pid, database])),
  });
  console.error(stages.at(-1));
  begin();
}

async function until(what: string, isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) {
    if (performance.now() > deadline) throw new Error(`${what}: not in ${values['limit-seconds']} s`);
    await pause(POLL_MS);
  }
}

async function read<T>(path: string): Promise<T> {
  return JSON.parse((await api.expect({ path })).toString('utf8')) as T;
}

interface NodeList {
  readonly metadata: { readonly remainingItemCount?: number };
  readonly items: readonly {
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  }[];
}

async function countNodes(): Promise<number> {
  const { items, metadata } = await read<NodeList>('/api/v1/nodes?limit=1');
  return items.length + (metadata.remainingItemCount ?? 0);
}

async function areNodesReady(): Promise<boolean> {
  const { items } = await read<NodeList>('/api/v1/nodes?resourceVersion=0');
  const isReady = ({ status }: NodeList['items'][number]) =>
    status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true;
  return items.filter(isReady).length >= nodes;
}

async function countReadyPods(): Promise<number> {
  const path = '/apis/apps/v1/namespaces/default/deployments';
  const { items } = await read<{ items: readonly { status?: { readyReplicas?: number } }[] }>(path);
  return items.reduce((sum, { status }) => sum + (status?.readyReplicas ?? 0), 0);
}

async function createDeployment(index: number): Promise<void> {
  const labels = { app: `load-${index}` };
  const spec = {
    replicas: Math.floor(pods / deployments),
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
  };
  await api.expect({
    method: 'POST',
    path: '/apis/apps/v1/namespaces/default/deployments',
    body: JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: labels.app }, spec }),
  });
}
