import test from 'ava';
import { setImmediate as macrotask } from 'node:timers/promises';
import { createMemoryStorage } from '../../../backends/storage/memory/memory-storage.ts';
import { loadFacts } from '../../../openapi/facts.ts';
import { systemRandom } from '../../apimachinery/clock/random.ts';
import { asNumber, asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { compileFacts } from '../../apimachinery/schema/compile-facts.ts';
import { ManualClock } from '../cacher/cacher-harness.ts';
import type { CachedObject } from '../cacher/interface.ts';
import { createCacher } from '../cacher/create-cacher.ts';
import { parseAddressRange } from '../registry/core/services/allocator/address-range.ts';
import { nodePortClaims } from '../registry/core/services/allocator/node-port-claims.ts';
import { parsePortRange } from '../registry/core/services/allocator/port-range.ts';
import { services } from '../registry/core/services/definition.ts';
import { endpoints } from '../registry/core/endpoints/definition.ts';
import { events } from '../registry/core/events/definition.ts';
import type { ResourceDefinition } from '../registry/generic/resource-definition.ts';
import type { GenericStore } from '../registry/generic/store.ts';
import { cachedResources, installResources } from '../registry/install-resources.ts';
import { serviceCidrs } from '../registry/networking/servicecidrs/definition.ts';
import { ipAddresses } from '../registry/networking/ipaddresses/definition.ts';
import { ownWriteOptions } from '../registry/own-writes.ts';
import { parseRuntimeConfig } from '../registry/runtime-config.ts';
import { masterLeases } from './master-leases.ts';
import { ServiceNetwork } from './service-network.ts';

const repairInterval = 180_000;
const firstLook = 1_000;
const leaseInterval = 10_000;

class Cluster {
  readonly clock = new ManualClock();
  readonly troubles: unknown[] = [];
  readonly #storage = createMemoryStorage();
  readonly #stopping = new AbortController();
  readonly #cacher;
  readonly #installed;
  readonly #network: ServiceNetwork;

  constructor() {
    const { clock } = this;
    const storage = this.#storage;
    const { signal } = this.#stopping;
    const cached = cachedResources();
    this.#cacher = createCacher({ storage, clock, resources: [...new Set(cached.values())], signal });
    this.#installed = installResources({
      storage,
      cacher: this.#cacher,
      clock,
      schemas: compileFacts(loadFacts()),
      cached,
      runtimeConfig: parseRuntimeConfig(''),
      hooksOf: (definition) => this.#network.hooksOf(definition),
    });
    this.#network = new ServiceNetwork({
      clock,
      random: systemRandom,
      ranges: {
        cidrs: ['10.0.0.0/26'],
        families: ['IPv4'],
        firstAddress: '10.0.0.1',
        nodePorts: parsePortRange('30000-30063'),
      },
      scopeOf: this.#installed.lookup,
      storeOf: this.#installed.storeOf,
      signal,
      onTrouble: (error) => this.troubles.push(error),
    });
  }

  async start(advertiseAddress = '127.0.0.1'): Promise<void> {
    await this.#cacher.ready();
    await this.#network.start({ advertiseAddress, port: 6443 });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#cacher.stop();
  }

  /** Lets what is due run to its end. */
  async pass(milliseconds: number): Promise<void> {
    this.clock.advance(milliseconds);
    for (let turn = 0; turn < 200; turn++) await macrotask();
  }

  storeOf(definition: ResourceDefinition): GenericStore {
    return this.#installed.storeOf(definition);
  }

  /** A service as an older server has left it. */
  async store(name: string, spec: JsonObject): Promise<void> {
    const service = { kind: 'Service', apiVersion: 'v1', metadata: { name, namespace: 'default', uid: name }, spec };
    await this.#storage.create(`/registry/services/specs/default/${name}`, Buffer.from(JSON.stringify(service)));
  }

  spec(name: string): JsonObject {
    const store = this.storeOf(services);
    return asObject(store.parse(store.get('default', name) as CachedObject).spec);
  }

  async create(name: string, spec: JsonObject): Promise<KubeObject> {
    const scope = this.#installed.lookup('', 'v1', 'services');
    if (scope === undefined) throw new TypeError('services are not served');
    const body = { metadata: { name, namespace: 'default' }, spec: { ports: [{ port: 80 }], ...spec } };
    const { object } = await scope.store.create(scope.decodeOwn(body), this.#options('default'));
    return object;
  }

  /** A claim as a server leaves it that dies before it writes the service; or one of somebody else. */
  async claim(definition: ResourceDefinition, value: string, parentRef: JsonObject, labels = {}): Promise<void> {
    await this.storeOf(definition).create(
      { metadata: { name: value, labels }, spec: { parentRef } },
      this.#options(''),
    );
  }

  async open(name: string, cidrs: string[]): Promise<void> {
    await this.storeOf(serviceCidrs).create({ metadata: { name }, spec: { cidrs } }, this.#options(''));
  }

  /** Of another server. */
  async lease(address: string): Promise<void> {
    await this.storeOf(masterLeases).create({ metadata: { name: address }, spec: {} }, this.#options(''));
  }

  endpoints(): string[] {
    const store = this.storeOf(endpoints);
    const [subset] = asObjects(store.parse(store.get('default', 'kubernetes') as CachedObject).subsets);
    return asObjects(subset?.addresses).map(({ ip }) => asText(ip));
  }

  async remove(definition: ResourceDefinition, name: string): Promise<void> {
    await this.storeOf(definition).delete(name, {}, this.#options(''));
  }

  has(definition: ResourceDefinition, name: string): boolean {
    const store = this.storeOf(definition);
    return store.cache.get(store.key('', name)) !== undefined;
  }

  async reasons(): Promise<string[]> {
    const store = this.storeOf(events);
    const { items } = await store.cache.list({});
    return items.map((item) => asText(store.parse(item).reason));
  }

  #options(namespace: string) {
    return ownWriteOptions({ clock: this.clock, random: systemRandom }, namespace);
  }
}

const managed = {
  'ipaddress.kubernetes.io/ip-family': 'IPv4',
  'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
};
const ofService = (name: string): JsonObject => ({ resource: 'services', namespace: 'default', name });

test('a block gives every usable address once, those of the static band last', (t) => {
  const cases: readonly (readonly [string, number, number, string])[] = [
    ['10.0.0.0/24', 254, 16, '10.0.0.1'],
    ['10.0.0.0/28', 14, 0, '10.0.0.1'],
    ['10.0.0.0/30', 2, 0, '10.0.0.1'],
    ['10.1.0.0/20', 4094, 256, '10.1.0.1'],
    ['fd00::/120', 255, 16, 'fd00::1'],
    ['10.0.0.7/32', 0, 0, '10.0.0.8'],
  ];
  for (const [cidr, size, band, first] of cases) {
    const range = parseAddressRange(cidr);
    const all = [...(range?.candidates(systemRandom) ?? [])];
    t.is(all.length, size, cidr);
    t.is(new Set(all).size, size, cidr);
    t.is(range?.firstAddress, first, cidr);
    t.true(
      all.every((address) => range?.contains(address)),
      cidr,
    );
    const dynamic = new Set(all.slice(0, size - band));
    t.is(dynamic.has(first), band === 0 && size > 0, cidr);
  }
  t.is(parseAddressRange('fd00::/48'), undefined, 'upstream takes no addresses from prefixes shorter than 64');
  t.false(parseAddressRange('10.0.0.0/24')?.contains('10.0.0.0'));
  t.false(parseAddressRange('10.0.0.0/24')?.contains('10.0.0.255'));
});

test('a range of ports gives every port once, those of the static band last', (t) => {
  for (const [text, size, band] of [
    ['30000-32767', 2768, 86],
    ['30000+15', 16, 0],
    ['30000', 1, 0],
    ['1-65535', 65_535, 128],
  ] as const) {
    const all = [...parsePortRange(text).candidates(systemRandom)];
    t.is(new Set(all).size, size, text);
    t.is(all.slice(0, size - band).includes(Number.parseInt(text, 10)), band === 0, text);
  }
  for (const text of ['', '0-10', '10-9', '1-70000', 'a', '1-2-3']) {
    t.throws(() => parsePortRange(text), { message: /--service-node-port-range/ }, text);
  }
});

test('the kubernetes service has the first address, from the ServiceCIDR of the flag', async (t) => {
  const cluster = new Cluster();
  t.teardown(() => cluster.stop());
  await cluster.start();
  const store = cluster.storeOf(services);
  const kubernetes = store.parse(await store.get('default', 'kubernetes'));
  t.is(asObject(kubernetes.spec).clusterIP, '10.0.0.1');
  t.true(cluster.has(ipAddresses, '10.0.0.1'));
  t.deepEqual(cluster.troubles, []);
});

test('claims that no service has go once no request can still use them, and not before', async (t) => {
  const cluster = new Cluster();
  t.teardown(() => cluster.stop());
  await cluster.start();
  await cluster.pass(repairInterval - firstLook);
  await cluster.claim(ipAddresses, '10.0.0.40', ofService('dead'), managed);
  await cluster.claim(nodePortClaims, '30040', ofService('dead'));
  await cluster.claim(ipAddresses, '10.0.0.41', { group: 'example.com', resource: 'gateways', name: 'theirs' });
  await cluster.pass(firstLook);
  t.true(cluster.has(ipAddresses, '10.0.0.40'));
  t.true(cluster.has(nodePortClaims, '30040'));
  await cluster.pass(repairInterval);
  t.false(cluster.has(ipAddresses, '10.0.0.40'));
  t.false(cluster.has(nodePortClaims, '30040'));
  t.true(cluster.has(ipAddresses, '10.0.0.41'), "others' addresses are theirs");
  t.true(cluster.has(ipAddresses, '10.0.0.1'));
  t.deepEqual(cluster.troubles, []);
});

test('claims of a service that somebody deletes come back at once', async (t) => {
  const cluster = new Cluster();
  t.teardown(() => cluster.stop());
  await cluster.start();
  const service = await cluster.create('web', { type: 'NodePort', clusterIP: '10.0.0.30' });
  const [port] = asObjects(asObject(service.spec).ports);
  const nodePort = String(asNumber(port?.nodePort));
  await cluster.remove(ipAddresses, '10.0.0.30');
  await cluster.remove(nodePortClaims, nodePort);
  await cluster.pass(0);
  t.true(cluster.has(ipAddresses, '10.0.0.30'));
  t.true(cluster.has(nodePortClaims, nodePort));
  t.deepEqual(cluster.troubles, []);
});

test('a service whose address is in no block any more is reported once', async (t) => {
  const cluster = new Cluster();
  t.teardown(() => cluster.stop());
  await cluster.start();
  await cluster.open('more', ['10.9.0.0/28']);
  await cluster.create('web', { clusterIP: '10.9.0.3' });
  await cluster.remove(serviceCidrs, 'more');
  await cluster.pass(repairInterval);
  await cluster.pass(repairInterval);
  t.deepEqual(await cluster.reasons(), ['ClusterIPOutOfRange']);
  t.deepEqual(cluster.troubles, []);
});

test('a server that dies drops out of the endpoints of the kubernetes service', async (t) => {
  const cluster = new Cluster();
  t.teardown(() => cluster.stop());
  await cluster.start('192.0.2.1');
  await cluster.lease('192.0.2.9');
  await cluster.pass(leaseInterval);
  t.deepEqual(cluster.endpoints(), ['192.0.2.1', '192.0.2.9']);
  await cluster.pass(leaseInterval);
  t.deepEqual(cluster.endpoints(), ['192.0.2.1', '192.0.2.9']);
  await cluster.pass(leaseInterval);
  t.deepEqual(cluster.endpoints(), ['192.0.2.1']);
  t.deepEqual(cluster.troubles, []);
});

test('services from before lists of addresses are shown as upstream shows them', async (t) => {
  const cluster = new Cluster();
  t.teardown(() => cluster.stop());
  await cluster.store('old', { type: 'ClusterIP', clusterIP: '10.0.0.9', ports: [{ port: 80 }] });
  await cluster.store('headless', { type: 'ClusterIP', clusterIP: 'None', selector: { app: 'a' } });
  await cluster.store('free', { type: 'ClusterIP', clusterIP: 'None' });
  await cluster.start();
  t.like(cluster.spec('old'), { clusterIPs: ['10.0.0.9'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  t.like(cluster.spec('headless'), { clusterIPs: ['None'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  t.like(cluster.spec('free'), { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' });
  t.true(cluster.has(ipAddresses, '10.0.0.9'));
  t.deepEqual(await cluster.reasons(), ['ClusterIPNotAllocated']);
});
