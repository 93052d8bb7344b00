import test from 'ava';
import type { KubeObject } from '../../server/apimachinery/meta/object.ts';
import { reasonOf } from '../../server/client/client.ts';
import type { ResourceType } from '../../server/client/resource-type.ts';
import {
  configMaps,
  customResourceDefinitions,
  namespaces,
  pods,
  secrets,
  serviceAccounts,
} from '../../server/client/resource-types.ts';
import { type ClusterUnderTest, clusterUnderTest, eventually, find, gone } from './cluster-under-test.ts';

let cluster: ClusterUnderTest;
test.before(async () => {
  cluster = await clusterUnderTest();
});
test.after.always(() => cluster?.stop());

test('a new namespace gets its default service account and the root certificates, and gets them back', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('starts-with');
  const account = await eventually(() => find(client, serviceAccounts, { name: 'default', namespace }));
  const map = await eventually(() => find(client, configMaps, { name: 'kube-root-ca.crt', namespace }));
  t.regex(map.data?.['ca.crt'] ?? '', /BEGIN CERTIFICATE/);
  t.truthy(map.metadata.annotations?.['kubernetes.io/description']);
  await client.of(serviceAccounts).delete('default', { namespace });
  const again = await eventually(() => find(client, serviceAccounts, { name: 'default', namespace }));
  t.not(again.metadata.uid, account.metadata.uid);
  await client.of(configMaps).patch('kube-root-ca.crt', { data: { 'ca.crt': 'nobody', more: 'x' } }, { namespace });
  await eventually(async () => {
    const data = (await find(client, configMaps, { name: 'kube-root-ca.crt', namespace }))?.data;
    return data?.['ca.crt'] === map.data?.['ca.crt'] && data?.more === undefined;
  });
});

test('a deleted namespace is gone, with its custom resources', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('ends');
  const group = `${namespace}.example.com`;
  const things: ResourceType<KubeObject> = {
    group,
    version: 'v1',
    resource: 'things',
    kind: 'Thing',
    namespaced: true,
  };
  await client.of(customResourceDefinitions).create({
    metadata: { name: `things.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  });
  const thing = { apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name: 'one', namespace } };
  await eventually(() =>
    client
      .of(things)
      .create(thing)
      .catch((error: unknown) => {
        if (reasonOf(error) === 'NotFound') return undefined;
        throw error;
      }),
  );
  await client.of(secrets).create({ metadata: { name: 'secret', namespace } });
  await client.of(namespaces).delete(namespace);
  await gone(client, namespaces, { name: namespace });
  t.is((await client.of(things).list()).items.length, 0);
  t.is((await client.of(secrets).list({ namespace })).items.length, 0);
  await client.of(customResourceDefinitions).delete(`things.${group}`);
});

test('a namespace waits for finalizers of what is in it, and says so; pods go before everything else', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('waits');
  const finalizers = ['example.com/hold'];
  const spec = { containers: [{ name: 'main', image: 'image' }], terminationGracePeriodSeconds: 0 };
  await eventually(() => find(client, serviceAccounts, { name: 'default', namespace }));
  await client.of(pods).create({ metadata: { name: 'held', namespace, finalizers }, spec });
  await client.of(configMaps).create({ metadata: { name: 'later', namespace } });
  await client.of(namespaces).delete(namespace);
  const terminating = await eventually(async () => {
    const found = await find(client, namespaces, { name: namespace });
    return (
      found?.status?.conditions?.some(
        ({ type, status }) => type === 'NamespaceDeletionContentFailure' && status !== undefined,
      ) === true && found
    );
  });
  t.is(terminating.status?.phase, 'Terminating');
  const place = { name: 'later', namespace };
  t.truthy(await find(client, configMaps, place));
  const refused = client.of(configMaps).create({ metadata: { name: 'new', namespace } });
  t.is(reasonOf(await refused.catch((error: unknown) => error)), 'Forbidden');
  await client.of(pods).patch('held', { metadata: { finalizers: null } }, { namespace });
  await gone(client, namespaces, { name: namespace });
});

test('a namespace with a stuck object names the resource and the finalizer', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('stuck');
  const metadata = { name: 'held', namespace, finalizers: ['example.com/hold'] };
  await client.of(configMaps).create({ metadata });
  await client.of(namespaces).delete(namespace);
  const conditions = await eventually(async () => {
    const found = await find(client, namespaces, { name: namespace });
    const all = found?.status?.conditions;
    return (
      all?.some(({ type, status }) => type === 'NamespaceFinalizersRemaining' && status === 'True') === true && all
    );
  });
  const messageOf = (wanted: string) => conditions.find(({ type }) => type === wanted)?.message;
  t.is(messageOf('NamespaceContentRemaining'), 'Some resources are remaining: configmaps. has 1 resource instances');
  t.is(
    messageOf('NamespaceFinalizersRemaining'),
    'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
  );
  t.is(messageOf('NamespaceDeletionDiscoveryFailure'), 'All resources successfully discovered');
  await client.of(configMaps).patch('held', { metadata: { finalizers: null } }, { namespace });
  await gone(client, namespaces, { name: namespace });
});

test('a Secret made for a token of a service account gets one, and goes with the account', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('token-secret');
  const account = await client.of(serviceAccounts).create({ metadata: { name: 'robot', namespace } });
  const annotations = { 'kubernetes.io/service-account.name': 'robot' };
  const type = 'kubernetes.io/service-account-token';
  await client.of(secrets).create({ metadata: { name: 'token', namespace, annotations }, type });
  const filled = await eventually(async () => {
    const found = await find(client, secrets, { name: 'token', namespace });
    return found?.data?.token !== undefined && found;
  });
  const text = (key: string) => Buffer.from(filled.data?.[key] ?? '', 'base64').toString('utf8');
  t.is(text('namespace'), namespace);
  t.regex(text('ca.crt'), /BEGIN CERTIFICATE/);
  t.is(filled.metadata.annotations?.['kubernetes.io/service-account.uid'], account.metadata.uid);
  const review = await client.request<{ status: { authenticated?: boolean; user?: { username?: string } } }>({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/tokenreviews',
    body: JSON.stringify({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token: text('token') },
    }),
  });
  t.true(review.status.authenticated);
  t.is(review.status.user?.username, `system:serviceaccount:${namespace}:robot`);
  await client.of(serviceAccounts).delete('robot', { namespace });
  await gone(client, secrets, { name: 'token', namespace });
});
