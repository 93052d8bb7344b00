import test from 'ava';
import { pods, resourceClaims, resourceClaimTemplates, serviceAccounts } from '../../server/client/resource-types.ts';
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
