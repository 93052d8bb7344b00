import test from 'ava';
import {
  endpoints,
  endpointSlices,
  nodes,
  pods,
  serviceAccounts,
  serviceCidrs,
  services,
} from '../../server/client/resource-types.ts';
import { type ClusterUnderTest, clusterUnderTest, eventually, find, gone } from './cluster-under-test.ts';

let cluster: ClusterUnderTest;
const node = `node-${process.pid}-${Date.now()}`;
test.before(async () => {
  cluster = await clusterUnderTest();
  await cluster.client.of(nodes).create({ metadata: { name: node } });
});
test.after.always(async () => {
  await cluster?.client.of(nodes).delete(node);
  await cluster?.stop();
});

async function runningPod(namespace: string, name: string, ip: string): Promise<void> {
  const { client } = cluster;
  await client.of(pods).create({
    metadata: { name, namespace, labels: { app: 'web' } },
    spec: {
      nodeName: node,
      containers: [{ name: 'main', image: 'image', ports: [{ name: 'web', containerPort: 8080 }] }],
    },
  });
  const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [{ type: 'Ready', status: 'True' }] };
  await client.of(pods).patch(name, { status }, { namespace, subresource: 'status' });
}
const slicesOf = async (namespace: string, name: string) =>
  (await cluster.client.of(endpointSlices).list({ namespace, labelSelector: `kubernetes.io/service-name=${name}` }))
    .items;
const addressesOf = async (namespace: string, name: string) =>
  (await slicesOf(namespace, name))
    .flatMap((slice) => slice.endpoints ?? [])
    .flatMap((each) => each.addresses)
    .toSorted()
    .join();

test('a service has the endpoints of its ready pods, as Endpoints and as slices, and loses them with it', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('service');
  await eventually(() => find(client, serviceAccounts, { name: 'default', namespace }));
  const spec = { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'web' }] };
  await client.of(services).create({ metadata: { name: 'web', namespace }, spec });
  const empty = await eventually(async () => {
    const found = await slicesOf(namespace, 'web');
    return found.length > 0 && found;
  });
  t.is(empty[0]?.endpoints?.length ?? 0, 0);
  await runningPod(namespace, 'a', '10.9.0.1');
  await runningPod(namespace, 'b', '10.9.0.2');
  await eventually(async () => (await addressesOf(namespace, 'web')) === '10.9.0.1,10.9.0.2');
  await eventually(async () => {
    const found = await find(client, endpoints, { name: 'web', namespace });
    return found?.subsets?.[0]?.addresses?.map(({ ip }) => ip).join() === '10.9.0.1,10.9.0.2';
  });
  const old = await find(client, endpoints, { name: 'web', namespace });
  t.deepEqual(old?.subsets?.[0]?.ports, [{ name: 'http', port: 8080, protocol: 'TCP' }]);
  await client.of(pods).delete('a', { namespace, gracePeriodSeconds: 0 });
  await eventually(async () => (await addressesOf(namespace, 'web')) === '10.9.0.2');
  // What somebody deletes comes back, though nothing else happens.
  for (const { metadata } of await slicesOf(namespace, 'web'))
    await client.of(endpointSlices).delete(metadata.name ?? '', { namespace });
  await client.of(endpoints).delete('web', { namespace });
  await eventually(async () => (await addressesOf(namespace, 'web')) === '10.9.0.2');
  await eventually(() => find(client, endpoints, { name: 'web', namespace }));
  await client.of(services).delete('web', { namespace });
  await gone(client, endpoints, { name: 'web', namespace });
  await eventually(async () => (await slicesOf(namespace, 'web')).length === 0);
});

test('endpoints kept by hand are mirrored into slices', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('mirror');
  await client.of(services).create({ metadata: { name: 'db', namespace }, spec: { ports: [{ port: 5432 }] } });
  await client.of(endpoints).create({
    metadata: { name: 'db', namespace },
    subsets: [{ addresses: [{ ip: '10.9.1.1' }], ports: [{ port: 5432 }] }],
  });
  await eventually(async () => (await addressesOf(namespace, 'db')) === '10.9.1.1');
  const [slice] = await slicesOf(namespace, 'db');
  t.is(slice?.metadata.labels?.['endpointslice.kubernetes.io/managed-by'], 'endpointslicemirroring-controller.k8s.io');
  await client.of(endpoints).delete('db', { namespace });
  await eventually(async () => (await slicesOf(namespace, 'db')).length === 0);
});

test('a block of service addresses stays while services have addresses of it alone', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('block');
  const cidrs = client.of(serviceCidrs);
  const conditionOf = async (name: string) =>
    (await find(client, serviceCidrs, { name }))?.status?.conditions?.find(({ type }) => type === 'Ready');
  await cidrs.create({ metadata: { name: namespace }, spec: { cidrs: ['10.97.0.0/24'] } });
  const ready = await eventually(async () => {
    const condition = await conditionOf(namespace);
    return condition?.status === 'True' && condition;
  });
  t.is(ready.message, 'Kubernetes Service CIDR is ready');
  t.deepEqual((await cidrs.get(namespace)).metadata.finalizers, ['networking.k8s.io/service-cidr-finalizer']);
  const spec = { clusterIP: '10.97.0.9', ports: [{ port: 80 }] };
  await client.of(services).create({ metadata: { name: 'held', namespace }, spec });
  await cidrs.delete(namespace);
  const held = await eventually(async () => {
    const condition = await conditionOf(namespace);
    return condition?.status === 'False' && condition;
  });
  t.is(held.reason, 'Terminating');
  // One around it takes its addresses over.
  await cidrs.create({ metadata: { name: `${namespace}-2` }, spec: { cidrs: ['10.97.0.0/16'] } });
  await gone(client, serviceCidrs, { name: namespace });
  await client.of(services).delete('held', { namespace });
  await cidrs.delete(`${namespace}-2`);
});

test('the API servers are endpoints of the service kubernetes, at addresses that others see', async (t) => {
  const place = { name: 'kubernetes', namespace: 'default' };
  const found = await eventually(async () => {
    const object = await find(cluster.client, endpoints, place);
    return object?.subsets !== undefined && object;
  });
  const addresses = (found.subsets ?? []).flatMap((subset) => subset.addresses ?? []).map(({ ip }) => ip);
  t.true(addresses.length > 0 && addresses.every((ip) => !ip.startsWith('127.')));
  t.is(await addressesOf('default', 'kubernetes'), addresses.toSorted().join());
});
