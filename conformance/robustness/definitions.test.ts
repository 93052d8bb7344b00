/** Custom resources on several servers with one database: whoever learns of a kind from one of them is served by all. */
import test from 'ava';
import { Client } from '../differential/client.ts';
import { readKubeconfig } from '../differential/kubeconfig.ts';
import { PorticoProcess } from '../portico-process.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { findPostgresBinaries, PostgresCluster } from './postgres-cluster.ts';

const ROUNDS = 5;
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

interface Definition {
  readonly metadata: { readonly resourceVersion: string; readonly uid: string };
  readonly status: { readonly conditions: ReadonlyArray<{ readonly type: string; readonly status: string }> | null };
}

const binaries = findPostgresBinaries();
const onPostgres = binaries === undefined ? test.serial.skip : test.serial;

onPostgres('a kind that one server calls established is served by the other at once, and gone from both', async (t) => {
  const cluster = await PostgresCluster.start(binaries ?? '');
  let servers: PorticoProcess[] = [];
  let clients: Client[] = [];
  try {
    const folders = await Promise.all([temporaryFolder('portico-server'), temporaryFolder('portico-server')]);
    servers = await Promise.all(
      folders.map((dataDirectory) => PorticoProcess.start({ dataDirectory, storage: cluster.url })),
    );
    clients = servers.map(({ kubeconfig }) => new Client(readKubeconfig(kubeconfig)));
    for (let round = 0; round < ROUNDS; round++) {
      const [one, other] = round % 2 === 0 ? clients : clients.toReversed();
      if (one === undefined || other === undefined) throw new TypeError('two servers');
      await tell(t, one, other, `round${round}.example.com`);
    }
  } finally {
    for (const client of clients) client.close();
    await Promise.all(servers.map((server) => server.stop()));
    await cluster.stop();
  }
});

async function tell(
  t: { is(a: unknown, b: unknown, message?: string): void },
  one: Client,
  other: Client,
  group: string,
) {
  const path = `${definitions}/things.${group}`;
  const things = `/apis/${group}/v1/namespaces/default/things`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const versions = [{ name: 'v1', served: true, storage: true, schema }];
  const names = { plural: 'things', kind: 'Thing' };
  await send(one, 'POST', definitions, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `things.${group}` },
    spec: { group, scope: 'Namespaced', names, versions },
  });
  const established = await until(one, path, ({ body }) => body.includes('InitialNamesAccepted'));
  const thing = { apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name: 'a' } };
  t.is((await send(other, 'POST', things, thing)).status, 201, 'the other server takes an object');
  t.is((await send(one, 'GET', `${things}/a`)).status, 200, 'the first one shows it');
  // Both keep the status: once it says what it must, neither writes again.
  const settled = JSON.parse((await send(other, 'GET', path)).body) as Definition;
  t.is(settled.metadata.resourceVersion, (JSON.parse(established.body) as Definition).metadata.resourceVersion);
  await send(other, 'DELETE', path);
  await until(one, path, ({ status }) => status === 404);
  t.is((await send(other, 'GET', things)).status, 404, 'nothing is served any more');
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function send(client: Client, method: string, path: string, body?: unknown): Promise<Answer> {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await client.send({
    method,
    path,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: answer.body.toString() };
}

/** Asks again until it is so: what a server does on its own takes a moment. */
async function until(client: Client, path: string, holds: (answer: Answer) => boolean): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const answer = await send(client, 'GET', path);
    if (holds(answer)) return answer;
    if (attempt > 2000) throw new Error(`never came about: ${answer.body}`);
  }
}
