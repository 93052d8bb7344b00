import test from 'ava';
import fc from 'fast-check';
import type { EndpointSlice, Node, Pod, Service } from '../../client/api-types.ts';
import { type FitOptions, fitSlices, type SliceChanges } from './fit-slices.ts';
import { mirroredSlices } from './mirrored-slices.ts';
import { desiredSlices } from './slices.ts';
import { subsetsOf } from './subsets.ts';

const service = (more: Service['spec'] = {}): Service => ({
  metadata: { name: 'web', namespace: 'n', uid: 'service-uid', labels: { team: 'a' } },
  spec: {
    selector: { app: 'web' },
    clusterIP: '10.0.0.1',
    ipFamilies: ['IPv4'],
    ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' }],
    ...more,
  },
});
const pod = (name: string, ip: string, more: { ready?: boolean; deleted?: boolean; port?: number } = {}): Pod => ({
  metadata: {
    name,
    namespace: 'n',
    uid: name,
    labels: { app: 'web' },
    ...(more.deleted === true ? { deletionTimestamp: 'now' } : {}),
  },
  spec: { nodeName: 'node', containers: [{ name: 'c', ports: [{ name: 'web', containerPort: more.port ?? 8080 }] }] },
  status: {
    phase: 'Running',
    podIPs: [{ ip }],
    conditions: [{ type: 'Ready', status: more.ready === false ? 'False' : 'True' }],
  },
});
const node: Node = { metadata: { name: 'node', labels: { 'topology.kubernetes.io/zone': 'z' } } };

/** As the server would have it afterwards. */
function apply(existing: readonly EndpointSlice[], { create, update, delete: gone }: SliceChanges): EndpointSlice[] {
  const kept = existing.filter((slice) => !gone.includes(slice));
  const changed = kept.map((slice) => update.find(({ metadata }) => metadata.name === slice.metadata.name) ?? slice);
  const made = create.map((slice, index) => ({
    ...slice,
    metadata: { ...slice.metadata, name: `made-${existing.length}-${index}-${Math.random()}` },
  }));
  return [...changed, ...made];
}
const slicesOf = (pods: Pod[], existing: EndpointSlice[] = [], of = service()) =>
  desiredSlices({ service: of, pods, nodeOf: () => node, existing });

test('a pod is in a slice with its port, zone and conditions; one that ends serves but is not ready', (t) => {
  const [slice, ...more] = slicesOf([pod('a', '10.1.0.1'), pod('b', '10.1.0.2', { deleted: true })]).create;
  t.is(more.length, 0);
  t.deepEqual(slice?.ports, [{ name: 'http', port: 8080, protocol: 'TCP' }]);
  t.deepEqual(slice?.endpoints?.[0], {
    addresses: ['10.1.0.1'],
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: { kind: 'Pod', namespace: 'n', name: 'a', uid: 'a' },
    nodeName: 'node',
    zone: 'z',
  });
  t.deepEqual(slice?.endpoints?.[1]?.conditions, { ready: false, serving: true, terminating: true });
  t.deepEqual(slice?.metadata.labels, {
    team: 'a',
    'kubernetes.io/service-name': 'web',
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  });
});

test('a service without pods has one empty slice, which its first pod fills', (t) => {
  const empty = apply([], slicesOf([]));
  t.is(empty.length, 1);
  t.deepEqual(slicesOf([], empty), { create: [], update: [], delete: [] });
  const filled = slicesOf([pod('a', '10.1.0.1')], empty);
  t.is(filled.update.length, 1);
  t.is(filled.create.length + filled.delete.length, 0);
  const emptied = slicesOf([], apply(empty, filled));
  t.deepEqual(emptied.update[0]?.endpoints, []);
});

test('pods whose named port differs are in slices of their own', (t) => {
  const { create } = slicesOf([pod('a', '10.1.0.1'), pod('b', '10.1.0.2', { port: 9090 })]);
  t.deepEqual(create.map(({ ports }) => String(ports?.[0]?.port)).toSorted(), ['8080', '9090']);
});

test('labels of the service are those of its slices', (t) => {
  const slices = apply([], slicesOf([pod('a', '10.1.0.1')]));
  const changed: Service = { ...service(), metadata: { ...service().metadata, labels: { team: 'b' } } };
  const { update } = slicesOf([pod('a', '10.1.0.1')], slices, changed);
  t.is(update[0]?.metadata.labels?.team, 'b');
});

test('a service that wants its traffic near says whom each endpoint is for', (t) => {
  const near = slicesOf([pod('a', '10.1.0.1')], [], service({ trafficDistribution: 'PreferClose' }));
  t.deepEqual(near.create[0]?.endpoints?.[0]?.hints, { forZones: [{ name: 'z' }] });
  const same = slicesOf([pod('a', '10.1.0.1')], [], service({ trafficDistribution: 'PreferSameNode' }));
  t.deepEqual(same.create[0]?.endpoints?.[0]?.hints, { forZones: [{ name: 'z' }], forNodes: [{ name: 'node' }] });
});

test('whatever comes and goes, every endpoint is in one slice, none is too full, and doing it again changes nothing', (t) => {
  const most = 4;
  const newSlice: FitOptions['newSlice'] = (ports, endpoints) => ({
    metadata: {},
    addressType: 'IPv4',
    ports: [...ports],
    endpoints: [...endpoints],
  });
  const fit = (wanted: ReadonlyMap<number, readonly string[]>, existing: EndpointSlice[]) =>
    fitSlices({
      groups: [...wanted].map(([port, ips]) => ({
        ports: [{ port }],
        endpoints: ips.map((ip) => ({ addresses: [ip] })),
      })),
      existing,
      most,
      newSlice,
      refresh: (slice) => slice,
    });
  const ips = fc.uniqueArray(
    fc.integer({ min: 1, max: 30 }).map((n) => `10.0.0.${n}`),
    { minLength: 1, maxLength: 20 },
  );
  const state = fc.dictionary(fc.constantFrom('80', '81', '82'), ips);
  fc.assert(
    fc.property(fc.array(state, { maxLength: 8 }), (states) => {
      let slices: EndpointSlice[] = [];
      for (const wanted of states) {
        const byPort = new Map(Object.entries(wanted).map(([port, list]) => [Number(port), list]));
        slices = apply(slices, fit(byPort, slices));
        const seen = slices.flatMap(({ ports, endpoints }) =>
          (endpoints ?? []).map(({ addresses }) => `${ports?.[0]?.port} ${addresses[0]}`),
        );
        const expected = [...byPort].flatMap(([port, list]) => list.map((ip) => `${port} ${ip}`));
        if (seen.toSorted().join() !== expected.toSorted().join()) return false;
        if (slices.some(({ endpoints = [] }) => endpoints.length > most)) return false;
        const again = fit(byPort, slices);
        if (again.create.length + again.update.length + again.delete.length > 0) return false;
      }
      return true;
    }),
  );
  t.pass();
});

test('Endpoints hold ready addresses and others apart, and nothing of pods that end', (t) => {
  const pods = [
    pod('b', '10.1.0.2'),
    pod('a', '10.1.0.1'),
    pod('c', '10.1.0.3', { ready: false }),
    pod('d', '10.1.0.4', { deleted: true }),
  ];
  const { subsets, truncated } = subsetsOf(service(), pods);
  t.false(truncated);
  t.deepEqual(
    subsets.map(({ addresses, notReadyAddresses, ports }) => [
      addresses?.map(({ ip }) => ip),
      notReadyAddresses?.map(({ ip }) => ip),
      ports,
    ]),
    [[['10.1.0.1', '10.1.0.2'], ['10.1.0.3'], [{ name: 'http', port: 8080, protocol: 'TCP' }]]],
  );
});

test('more than a thousand addresses are cut, those that serve come first', (t) => {
  const pods = Array.from({ length: 1100 }, (_, n) =>
    pod(`p${n}`, `10.${n >> 8}.${n & 255}.1`, { ready: n % 2 === 0 }),
  );
  const { subsets, truncated } = subsetsOf(service(), pods);
  t.true(truncated);
  t.is(subsets[0]?.addresses?.length, 550);
  t.is(subsets[0]?.notReadyAddresses?.length, 450);
});

test('Endpoints kept by hand are mirrored, each family in its own slices', (t) => {
  const endpoints = {
    metadata: {
      name: 'db',
      namespace: 'n',
      uid: 'u',
      labels: { tier: 'db' },
      annotations: { note: 'x', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    },
    subsets: [
      {
        addresses: [{ ip: '10.0.0.9' }, { ip: 'fd00::9' }],
        notReadyAddresses: [{ ip: '10.0.0.8' }],
        ports: [{ port: 5432 }],
      },
    ],
  };
  const { create } = mirroredSlices(endpoints, []);
  t.deepEqual(
    create.map(({ addressType, endpoints: items }) => [addressType, items?.length]),
    [
      ['IPv4', 2],
      ['IPv6', 1],
    ],
  );
  t.deepEqual(create[0]?.metadata.annotations, { note: 'x' });
  t.is(create[0]?.metadata.labels?.['kubernetes.io/service-name'], 'db');
});
