import test from 'ava';
import type { OwnerReference } from '../../server/apimachinery/meta/object.ts';
import type { ConfigMap } from '../../server/client/api-types.ts';
import { configMaps, coreEvents, namespaces } from '../../server/client/resource-types.ts';
import { type ClusterUnderTest, clusterUnderTest, eventually, find, gone } from './cluster-under-test.ts';

let cluster: ClusterUnderTest;
test.before(async () => {
  cluster = await clusterUnderTest();
});
test.after.always(() => cluster?.stop());

const refTo = (
  { metadata: { name = '', uid = '' } }: ConfigMap,
  more: Partial<OwnerReference> = {},
): OwnerReference => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name,
  uid,
  ...more,
});
const make = (namespace: string, name: string, ownerReferences: OwnerReference[] = []) =>
  cluster.client.of(configMaps).create({ metadata: { name, namespace, ownerReferences } });
const at = (namespace: string, name: string) => ({ namespace, name });
const ownersOf = async (namespace: string, name: string) =>
  (await find(cluster.client, configMaps, at(namespace, name)))?.metadata.ownerReferences?.map((owner) => owner.name);

test('an object whose owners are all gone is deleted in the background', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('gc-background');
  const [one, two] = [await make(namespace, 'one'), await make(namespace, 'two')];
  const child = await make(namespace, 'child', [refTo(one), refTo(two)]);
  await make(namespace, 'grandchild', [refTo(child)]);
  await client.of(configMaps).delete('one', { namespace, propagationPolicy: 'Background' });
  await eventually(async () => (await ownersOf(namespace, 'child'))?.join() === 'two');
  t.truthy(await find(client, configMaps, at(namespace, 'grandchild')));
  await client.of(configMaps).delete('two', { namespace });
  await gone(client, configMaps, at(namespace, 'grandchild'));
  await gone(client, configMaps, at(namespace, 'child'));
  t.pass();
});

test('an owner deleted in the foreground goes after those of its dependents that block it', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('gc-foreground');
  const owner = await make(namespace, 'owner');
  await make(namespace, 'blocking', [refTo(owner, { blockOwnerDeletion: true })]);
  await client.of(configMaps).patch('blocking', { metadata: { finalizers: ['example.com/hold'] } }, { namespace });
  await make(namespace, 'other', [refTo(owner)]);
  await client.of(configMaps).delete('owner', { namespace, propagationPolicy: 'Foreground' });
  await gone(client, configMaps, at(namespace, 'other'));
  await eventually(async () => {
    const found = await find(client, configMaps, at(namespace, 'blocking'));
    return found?.metadata.deletionTimestamp !== undefined;
  });
  const waiting = await find(client, configMaps, at(namespace, 'owner'));
  t.deepEqual(waiting?.metadata.finalizers, ['foregroundDeletion']);
  await client.of(configMaps).patch('blocking', { metadata: { finalizers: null } }, { namespace });
  await gone(client, configMaps, at(namespace, 'owner'));
  t.is(await find(client, configMaps, at(namespace, 'blocking')), undefined);
});

test('an owner that orphans its dependents leaves them without it', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('gc-orphan');
  const owner = await make(namespace, 'owner');
  const names = ['a', 'b', 'c'];
  for (const name of names) await make(namespace, name, [refTo(owner)]);
  await client.of(configMaps).delete('owner', { namespace, propagationPolicy: 'Orphan' });
  await gone(client, configMaps, at(namespace, 'owner'));
  for (const name of names) t.is(await ownersOf(namespace, name), undefined);
});

test('an object made with an owner that never was is deleted', async (t) => {
  const namespace = await cluster.namespace('gc-absent');
  const ghost: OwnerReference = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: 'ghost',
    uid: 'b9cf9d4a-0000-4000-8000-000000000000',
  };
  await make(namespace, 'child', [ghost]);
  await gone(cluster.client, configMaps, at(namespace, 'child'));
  t.pass();
});

test('an owner of another namespace counts as absent, and an event says so', async (t) => {
  const { client } = cluster;
  const [here, there] = [await cluster.namespace('gc-here'), await cluster.namespace('gc-there')];
  const owner = await make(there, 'owner');
  await make(here, 'child', [refTo(owner)]);
  await gone(client, configMaps, at(here, 'child'));
  const event = await eventually(async () => {
    const { items } = await client.of(coreEvents).list({ namespace: here });
    return items.find(({ reason }) => reason === 'OwnerRefInvalidNamespace');
  });
  t.regex(
    event.message ?? '',
    /^ownerRef \[v1\/ConfigMap, namespace: .*, name: owner, uid: .*\] does not exist in namespace "/,
  );
  t.truthy(await find(client, configMaps, at(there, 'owner')));
});

test('a cluster-scoped owner may be in no namespace, and owns in every one', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('gc-cluster');
  const ownerName = await cluster.namespace('gc-owner');
  const owner = await client.of(namespaces).get(ownerName);
  const { uid = '' } = owner.metadata;
  await make(namespace, 'child', [{ apiVersion: 'v1', kind: 'Namespace', name: ownerName, uid }]);
  const other = await make(namespace, 'other');
  await client.of(configMaps).delete('other', { namespace, preconditions: { uid: other.metadata.uid } });
  t.truthy(await find(client, configMaps, at(namespace, 'child')));
  await client.of(namespaces).delete(ownerName);
  await gone(client, configMaps, at(namespace, 'child'));
});

test('two that own and block each other both go', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('gc-circle');
  const a = await make(namespace, 'a');
  const b = await make(namespace, 'b', [refTo(a, { blockOwnerDeletion: true })]);
  const ownerReferences = [refTo(b, { blockOwnerDeletion: true })];
  await client.of(configMaps).patch('a', { metadata: { ownerReferences } }, { namespace });
  await client.of(configMaps).delete('a', { namespace, propagationPolicy: 'Foreground' });
  await gone(client, configMaps, at(namespace, 'a'));
  await gone(client, configMaps, at(namespace, 'b'));
  t.pass();
});
