/** Several servers on one PostgreSQL: what belongs to one service is never given to a second, and a quota counts for all of them. */
import test, { type ExecutionContext } from 'ava';
import {
  ApiException,
  CoreV1Api,
  DiscoveryV1Api,
  KubeConfig,
  NetworkingV1Api,
  type V1Service,
} from '@kubernetes/client-node';
import { type Portico, type PorticoOptions, startPortico } from '../../server/cmd/start-portico.ts';
import { eventually } from '../hostile/raw-client.ts';
import { findPostgresBinaries, PostgresCluster } from './postgres-cluster.ts';

const namespace = 'default';
/** 62 addresses of which the kubernetes service has one, fewer than are asked for. */
const ranges = { serviceClusterIpRange: '10.0.0.0/26,fd00:10::/120', serviceNodePortRange: '30000-30127' };
const addresses = 61;
const binaries = findPostgresBinaries();
const onPostgres = binaries === undefined ? test.serial.skip : test.serial;

interface Server {
  readonly portico: Portico;
  readonly core: CoreV1Api;
  readonly networking: NetworkingV1Api;
  readonly discovery: DiscoveryV1Api;
}

async function start(t: ExecutionContext, options: PorticoOptions): Promise<Server> {
  const errors: string[] = [];
  const log: PorticoOptions['log'] = ({ level, message }) => {
    // Refusals because nothing is left are told as errors too.
    if (level === 'error' && !message.includes('range is full')) errors.push(message);
  };
  const portico = await startPortico({ ...ranges, ...options, log });
  t.teardown(async () => {
    await portico.stop();
    if (errors.length > 0) throw new Error(errors.join('\n'));
  });
  const config = new KubeConfig();
  config.loadFromString(portico.kubeConfig.replaceAll(/https:\/\/[^:\s]+:/g, 'https://127.0.0.1:'));
  return {
    portico,
    core: config.makeApiClient(CoreV1Api),
    networking: config.makeApiClient(NetworkingV1Api),
    discovery: config.makeApiClient(DiscoveryV1Api),
  };
}

async function database(t: ExecutionContext): Promise<string> {
  const cluster = await PostgresCluster.start(binaries ?? '');
  t.teardown(() => cluster.stop());
  return cluster.url;
}

/** Undefined: refused because nothing is left. */
async function create({ core }: Server, name: string, ipFamilyPolicy = 'SingleStack'): Promise<V1Service | undefined> {
  const spec = { type: 'NodePort', ipFamilyPolicy, ports: [{ port: 80 }] };
  try {
    return await core.createNamespacedService({ namespace, body: { metadata: { name }, spec } });
  } catch (error) {
    if (error instanceof ApiException && error.code === 500 && String(error.body).includes('range is full'))
      return undefined;
    throw error;
  }
}

function claimsOf(services: readonly V1Service[]): string[] {
  return services.flatMap(({ spec }) => [
    ...(spec?.clusterIPs ?? []),
    ...(spec?.ports ?? []).flatMap(({ nodePort }) => (nodePort === undefined ? [] : [String(nodePort)])),
  ]);
}

onPostgres('two servers never give an address or port to two services, and give out every one', async (t) => {
  const url = await database(t);
  const servers = await Promise.all([start(t, { storage: url }), start(t, { storage: url })]);
  const all = await Promise.all(
    Array.from({ length: 80 }, (_, index) => create(servers[index % 2] as Server, `a${index}`)),
  );
  const made = all.filter((service) => service !== undefined);
  t.is(made.length, addresses);
  t.is(new Set(claimsOf(made)).size, addresses * 2);

  // What one server lets go, the other can give.
  const [first, second] = servers;
  const gone = made.slice(0, 20).map(({ metadata }) => metadata?.name ?? '');
  await Promise.all(gone.map((name) => first.core.deleteNamespacedService({ namespace, name })));
  const again = await Promise.all(Array.from({ length: 30 }, (_, index) => create(second, `b${index}`)));
  t.is(again.filter((service) => service !== undefined).length, 20);
  const { items } = await first.core.listNamespacedService({ namespace });
  const claims = claimsOf(items);
  t.is(new Set(claims).size, claims.length);

  // Nothing is left over from the refused ones, and of two families there is enough for all.
  await Promise.all(
    items
      .filter(({ metadata }) => metadata?.name !== 'kubernetes')
      .map(({ metadata }) => second.core.deleteNamespacedService({ namespace, name: metadata?.name ?? '' })),
  );
  const { items: left } = await first.networking.listIPAddress();
  t.deepEqual(
    left.map(({ metadata }) => metadata?.name),
    ['10.0.0.1'],
  );
  const dual = await Promise.all(
    Array.from({ length: 40 }, (_, index) => create(servers[index % 2] as Server, `c${index}`, 'PreferDualStack')),
  );
  t.is(new Set(claimsOf(dual.filter((service) => service !== undefined))).size, 40 * 3);
});

onPostgres('the kubernetes service leads to every server that is there', async (t) => {
  const url = await database(t);
  const addressesSeenBy = async ({ core, discovery }: Server) => {
    const { subsets = [] } = await core.readNamespacedEndpoints({ namespace, name: 'kubernetes' });
    const slice = await discovery.readNamespacedEndpointSlice({ namespace, name: 'kubernetes' });
    const listed = subsets.flatMap((subset) => (subset.addresses ?? []).map(({ ip }) => ip));
    t.deepEqual(
      (slice.endpoints ?? []).flatMap((endpoint) => endpoint.addresses),
      listed,
    );
    return listed;
  };
  const first = await start(t, { storage: url, advertiseAddress: '192.0.2.1' });
  t.deepEqual(await addressesSeenBy(first), ['192.0.2.1']);
  const second = await start(t, { storage: url, advertiseAddress: '192.0.2.2' });
  t.deepEqual(await addressesSeenBy(second), ['192.0.2.1', '192.0.2.2']);
  t.deepEqual(await addressesSeenBy(first), ['192.0.2.1', '192.0.2.2']);
  await second.portico.stop();
  t.deepEqual(await addressesSeenBy(first), ['192.0.2.1']);
});

test('an IPAddress that is deleted while its service is there comes back', async (t) => {
  const server = await start(t, { storage: 'memory:' });
  const service = await create(server, 'kept');
  const name = service?.spec?.clusterIP ?? '';
  const before = await server.networking.readIPAddress({ name });
  await server.networking.deleteIPAddress({ name });
  const after = await server.networking.readIPAddress({ name });
  t.not(after.metadata?.uid, before.metadata?.uid);
  t.deepEqual(after.spec?.parentRef, before.spec?.parentRef);
});

onPostgres('two servers count by one quota, and together make no more than it allows', async (t) => {
  const url = await database(t);
  const servers = await Promise.all([start(t, { storage: url }), start(t, { storage: url })]);
  const [first, second] = servers;
  const hard = { 'count/secrets': '10' };
  const metadata = { name: 'few' };
  await first.core.createNamespacedResourceQuota({ namespace, body: { metadata, spec: { hard } } });
  // Counted once by a controller: until then nobody may make anything.
  const counted = async () => (await second.core.readNamespacedResourceQuota({ namespace, name: 'few' })).status?.hard;
  t.true(await eventually(async () => (await counted()) !== undefined));
  const attempts = Array.from({ length: 40 }, async (_, index) => {
    const { core } = servers[index % 2] as Server;
    try {
      await core.createNamespacedSecret({ namespace, body: { metadata: { name: `s${index}` } } });
      return true;
    } catch (error) {
      if (error instanceof ApiException && error.code === 403 && String(error.body).includes('exceeded quota: few')) {
        return false;
      }
      throw error;
    }
  });
  t.is((await Promise.all(attempts)).filter(Boolean).length, 10);
  t.is((await first.core.listNamespacedSecret({ namespace })).items.length, 10);
  for (const { core } of servers) {
    t.deepEqual((await core.readNamespacedResourceQuota({ namespace, name: 'few' })).status?.used, hard);
  }
});
