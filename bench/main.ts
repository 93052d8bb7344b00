/**
 * Measures a server through its API, or two in turn.
 *
 *     node bench/main.ts [--kubeconfig A] [--compare B] [--pids 12,34] [--compare-pids 56] [--objects 5000]
 *                        [--pod-bytes 2000] [--watchers 300] [--events 200] [--seconds 4] [--only get-32,list-all] [--json FILE]
 *
 * Without a kubeconfig it starts a Portico of its own. Compare ratios of one run only: this client needs its share of the
 * processor, the same for every server.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readKubeconfig } from '../conformance/differential/kubeconfig.ts';
import { Connections } from './connections.ts';
import { startOwnServer } from './own-server.ts';
import { idleMemoryRow, memoryRow } from './process-memory.ts';
import type { Row, ServerUnderLoad, Settings } from './row.ts';
import { podRows } from './rows/pods.ts';
import { requestRows } from './rows/requests.ts';
import { watchRows } from './rows/watches.ts';
import { ratio, renderTable, type Result } from './table.ts';

const ROWS: readonly Row[] = [
  idleMemoryRow,
  ...requestRows,
  ...podRows.slice(0, -1),
  ...watchRows,
  ...podRows.slice(-1),
  memoryRow,
];
const CONNECTIONS = 4;
const NAMESPACE = 'portico-bench';
const GATEWAY_TIMEOUT = 504;

const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    compare: { type: 'string' },
    pids: { type: 'string' },
    'compare-pids': { type: 'string' },
    objects: { type: 'string', default: '5000' },
    'pod-bytes': { type: 'string', default: '2000' },
    watchers: { type: 'string', default: '300' },
    events: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '4' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});

const settings: Settings = {
  seconds: Number(values.seconds),
  objects: Number(values.objects),
  podBytes: Number(values['pod-bytes']),
  watchers: Number(values.watchers),
  events: Number(values.events),
};
const rows = chooseRows(values.only);
const own = values.kubeconfig === undefined ? await startOwnServer() : undefined;
try {
  const kubeconfigs = [
    values.kubeconfig ?? own?.kubeconfig ?? '',
    ...(values.compare === undefined ? [] : [values.compare]),
  ];
  const processes = [own?.processes ?? numbers(values.pids), numbers(values['compare-pids'])];
  const servers = await Promise.all(kubeconfigs.map((file, index) => prepare(file, processes[index] ?? [])));
  const results = await measureAll(servers);
  console.log(renderTable(results, kubeconfigs));
  if (values.json !== undefined) await writeFile(values.json, renderJson(results, kubeconfigs));
  await Promise.all(servers.map(cleanUp));
} finally {
  await own?.stop();
}

function chooseRows(only: string | undefined): readonly Row[] {
  if (only === undefined) return ROWS;
  const names = only.split(',');
  const unknown = names.filter((name) => !ROWS.some((row) => row.name === name));
  if (unknown.length > 0) throw new Error(`no row ${unknown}; there are ${ROWS.map(({ name }) => name).join(', ')}`);
  return ROWS.filter(({ name }) => names.includes(name));
}

async function prepare(kubeconfig: string, processes: readonly number[]): Promise<ServerUnderLoad> {
  const access = readKubeconfig(kubeconfig);
  const connections = await Connections.open(access, CONNECTIONS);
  const namespacePath = `/api/v1/namespaces/${NAMESPACE}`;
  const create = (path: string, kind: string, name: string) =>
    connections.send({ method: 'POST', path, body: JSON.stringify({ apiVersion: 'v1', kind, metadata: { name } }) });
  await create('/api/v1/namespaces', 'Namespace', NAMESPACE);
  await create(`${namespacePath}/serviceaccounts`, 'ServiceAccount', 'default');
  // What an earlier run has left.
  await deleteAll(connections, namespacePath);
  return { access, connections, namespacePath, run: Date.now().toString(36), settings, processes };
}

async function cleanUp({ connections, namespacePath }: ServerUnderLoad): Promise<void> {
  await deleteAll(connections, namespacePath);
  await connections.expect({ method: 'DELETE', path: namespacePath });
  connections.close();
}

async function deleteAll(connections: Connections, namespacePath: string): Promise<void> {
  for (const collection of ['pods', 'configmaps']) {
    const request = { method: 'DELETE', path: `${namespacePath}/${collection}?gracePeriodSeconds=0` };
    // A large collection takes longer than a request may: what is gone is gone, and the rest is asked for again.
    while ((await connections.send(request)).status === GATEWAY_TIMEOUT);
    await connections.expect(request);
  }
}

/** Row by row, so that both servers see the same state of the machine. */
async function measureAll(servers: readonly ServerUnderLoad[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const row of rows) {
    console.error(row.name);
    const measurements: Result['measurements'][number][] = [];
    for (const server of servers) measurements.push(await row.measure(server));
    results.push({ row, measurements });
  }
  return results;
}

function renderJson(results: readonly Result[], servers: readonly string[]): string {
  const measured = results.map(({ row, measurements }) => ({
    row: row.name,
    measurements,
    ratio: ratio(measurements),
  }));
  return `${JSON.stringify({ servers, settings, rows: measured }, undefined, 2)}\n`;
}

function numbers(list: string | undefined): number[] {
  return (list ?? '')
    .split(',')
    .filter((text) => text !== '')
    .map(Number);
}
