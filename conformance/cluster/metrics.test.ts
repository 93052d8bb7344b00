import test from 'ava';
import { Client } from '../../server/client/client.ts';
import { reasonOf } from '../../server/client/client.ts';
import { httpsTransport } from '../../server/client/https-transport.ts';
import { parseKubeConfig } from '../../server/client/kube-config.ts';
import { apiServices, clusterRoles, nodes, pods } from '../../server/client/resource-types.ts';
import { systemClock } from '../../server/apimachinery/clock/clock.ts';
import { type Portico, startPortico } from '../../server/cmd/start-portico.ts';
import { eventually, find } from './cluster-under-test.ts';

let portico: Portico;
const ended = new AbortController();
const namespace = 'default';
const group = '/apis/metrics.k8s.io/v1beta1';
const table = 'application/json;as=Table;g=meta.k8s.io;v=v1';

/** Figures of pods that all nodes of the process have told. */
test.before(async () => {
  portico = await startPortico({
    storage: 'memory:',
    nodes: 2,
    scheduler: true,
    controllers: '*',
    metricsServer: true,
  });
  const { client } = portico;
  const containers = ['main', 'side'].map((name) => ({ name, image: 'registry.example.com/app:1' }));
  for (const name of ['measured', 'other']) {
    const metadata = { name, namespace, labels: { app: name } };
    await client.of(pods).create({ metadata, spec: { containers, automountServiceAccountToken: false } });
    await eventually(async () => (await client.of(pods).get(name, { namespace })).status?.phase === 'Running');
  }
  await eventually(async () => {
    const service = await find(client, apiServices, { name: 'v1beta1.metrics.k8s.io' });
    return service?.status?.conditions?.some(({ type, status }) => type === 'Available' && status === 'True');
  });
});
test.after.always(async () => {
  ended.abort();
  await portico?.stop();
});

interface Metrics {
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
  readonly timestamp: string;
  readonly usage?: Record<string, string>;
  readonly containers?: ReadonlyArray<{ readonly name: string; readonly usage: Record<string, string> }>;
}

const ask = <T>(path: string, query: Record<string, string> = {}, accept?: string) =>
  portico.client.request<T>({ path: group + path, query, ...(accept === undefined ? {} : { accept }) });

test('the metrics of pods tell each container, of those that a selector takes', async (t) => {
  const list = await ask<{ kind: string; items: Metrics[] }>(`/namespaces/${namespace}/pods`, {
    labelSelector: 'app=measured',
  });
  t.is(list.kind, 'PodMetricsList');
  t.deepEqual(
    list.items.map(({ metadata, containers }) => [metadata.name, metadata.labels?.app, containers?.map((c) => c.name)]),
    [['measured', 'measured', ['main', 'side']]],
  );
  t.regex(list.items[0]?.containers?.[0]?.usage.cpu ?? '', /^\d+[nu]$/);
  const one = await ask<Metrics>(`/namespaces/${namespace}/pods/other`);
  t.is(one.metadata.name, 'other');
  const everywhere = await ask<{ items: Metrics[] }>('/pods');
  t.is(everywhere.items.length, 2);
});

test('the metrics of nodes are there for every node, also as a table', async (t) => {
  const list = await ask<{ items: Metrics[] }>('/nodes');
  t.deepEqual(list.items.map(({ metadata }) => metadata.name).toSorted(), ['node-1', 'node-2']);
  t.true(list.items.every(({ usage }) => usage?.memory !== undefined));
  const rows = await ask<{ columnDefinitions: { name: string }[]; rows: { cells: string[] }[] }>(
    '/nodes/node-1',
    {},
    table,
  );
  t.deepEqual(
    rows.columnDefinitions.map(({ name }) => name),
    ['Name', 'cpu', 'memory', 'Window'],
  );
  t.is(rows.rows[0]?.cells[0], 'node-1');
});

test('what has not been measured is not found, under the name of its metrics', async (t) => {
  const error = await t.throwsAsync(ask(`/namespaces/${namespace}/pods/absent`));
  t.is(reasonOf(error), 'NotFound');
  t.is(error?.message, 'podmetrics.metrics.k8s.io "default/absent" not found');
  const node = await t.throwsAsync(ask('/nodes/absent'));
  t.is(node?.message, 'nodemetrics.metrics.k8s.io "absent" not found');
});

test('metrics are shown to whom the API server lets see them, and nothing else is', async (t) => {
  const kubeConfig = await parseKubeConfig(portico.kubeConfig);
  const { signal } = ended;
  const transport = httpsTransport({ kubeConfig, clock: systemClock, signal });
  const client = new Client({
    transport: {
      request: (request) =>
        transport.request({ ...request, headers: { ...request.headers, 'impersonate-user': 'nobody' } }),
    },
    userAgent: 'test',
  });
  t.is(reasonOf(await t.throwsAsync(client.request({ path: `${group}/nodes` }))), 'Forbidden');
  t.not(await find(portico.client, clusterRoles, { name: 'system:aggregated-metrics-reader' }), undefined);
  t.is(reasonOf(await t.throwsAsync(ask('/things'))), 'NotFound');
});

test('a node that does not answer has no figures, and does not keep others from theirs', async (t) => {
  const metadata = { name: 'silent' };
  await portico.client.of(nodes).create({ metadata });
  const list = await ask<{ items: Metrics[] }>('/nodes');
  t.deepEqual(list.items.map((each) => each.metadata.name).toSorted(), ['node-1', 'node-2']);
  await portico.client.of(nodes).delete('silent');
});
