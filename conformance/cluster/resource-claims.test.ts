import test from 'ava';
import {
  nodes,
  pods,
  resourceClaims,
  resourceClaimTemplates,
  resourceSlices,
  serviceAccounts,
} from '../../server/client/resource-types.ts';
import { type ClusterUnderTest, clusterUnderTest, eventually, find, gone } from './cluster-under-test.ts';

let cluster: ClusterUnderTest;
test.before(async () => {
  cluster = await clusterUnderTest();
});
test.after.always(() => cluster?.stop());

test('a pod with a template for a resource claim gets one of its own, which goes when the pod has ended', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('claims');
  await eventually(() => find(client, serviceAccounts, { name: 'default', namespace }));
  const requests = [{ name: 'gpu', exactly: { deviceClassName: `class-${namespace}` } }];
  await client.of(pods).create({
    metadata: { name: 'pod', namespace },
    spec: {
      containers: [{ name: 'main', image: 'image' }],
      resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 'template' }],
    },
  });
  await client
    .of(resourceClaimTemplates)
    .create({ metadata: { name: 'template', namespace }, spec: { spec: { devices: { requests } } } });
  const pod = await eventually(async () => {
    const found = await find(client, pods, { name: 'pod', namespace });
    return found?.status?.resourceClaimStatuses?.[0]?.resourceClaimName !== undefined && found;
  });
  const name = pod.status?.resourceClaimStatuses?.[0]?.resourceClaimName ?? '';
  t.regex(name, /^pod-gpu-/);
  const claim = await client.of(resourceClaims).get(name, { namespace });
  t.is(claim.metadata.ownerReferences?.[0]?.uid, pod.metadata.uid);
  t.is(claim.metadata.annotations?.['resource.kubernetes.io/pod-claim-name'], 'gpu');
  t.is(claim.spec?.devices?.requests?.[0]?.exactly?.deviceClassName, `class-${namespace}`);
  await client.of(pods).patch('pod', { status: { phase: 'Failed' } }, { namespace, subresource: 'status' });
  await gone(client, resourceClaims, { name, namespace });
});

test('a pod leaves a device with a taint that its claim does not tolerate, and stays where it does', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('tainted-device');
  await eventually(() => find(client, serviceAccounts, { name: 'default', namespace }));
  const driver = `${namespace}.example.com`;
  await client.of(nodes).create({ metadata: { name: namespace } });
  const names = ['stays', 'goes'];
  await client.of(resourceSlices).create({
    metadata: { name: namespace },
    spec: {
      driver,
      nodeName: namespace,
      pool: { name: 'pool', generation: 1, resourceSliceCount: 1 },
      devices: names.map((name) => ({ name })),
    },
  });
  const tolerations = [{ key: 'broken', operator: 'Exists', effect: 'NoExecute' }];
  for (const name of names) {
    const tolerated = name === 'stays' ? { tolerations } : {};
    const request = { deviceClassName: `class-${namespace}`, ...tolerated };
    await client.of(resourceClaims).create({
      metadata: { name, namespace },
      spec: { devices: { requests: [{ name: 'gpu', exactly: request }] } },
    });
    const pod = await client.of(pods).create({
      metadata: { name, namespace },
      spec: {
        nodeName: namespace,
        containers: [{ name: 'main', image: 'image' }],
        resourceClaims: [{ name: 'gpu', resourceClaimName: name }],
      },
    });
    const results = [{ request: 'gpu', driver, pool: 'pool', device: name, ...tolerated }];
    const reservedFor = [{ resource: 'pods', name, uid: pod.metadata.uid ?? '' }];
    const status = { allocation: { devices: { results } }, reservedFor };
    await client.of(resourceClaims).patch(name, { status }, { namespace, subresource: 'status' });
  }
  const taints = [{ key: 'broken', effect: 'NoExecute' }];
  const devices = names.map((name) => ({ name, taints }));
  await client.of(resourceSlices).patch(namespace, { spec: { devices } });
  const condition = await eventually(async () => {
    const pod = await find(client, pods, { name: 'goes', namespace });
    if (pod?.metadata.deletionTimestamp === undefined) return undefined;
    return pod.status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  });
  t.is(condition.reason, 'DeletionByDeviceTaintManager');
  const stays = await client.of(pods).get('stays', { namespace });
  t.is(stays.metadata.deletionTimestamp, undefined);
  for (const name of names)
    await client
      .of(pods)
      .delete(name, { namespace, gracePeriodSeconds: 0 })
      .catch(() => undefined);
  await client.of(resourceSlices).delete(namespace);
  await client.of(nodes).delete(namespace);
});
