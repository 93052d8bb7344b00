import test from 'ava';
import {
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  serviceAccounts,
  storageClasses,
  volumeAttributesClasses,
} from '../../server/client/resource-types.ts';
import { type ClusterUnderTest, clusterUnderTest, eventually, find, gone } from './cluster-under-test.ts';

let cluster: ClusterUnderTest;
test.before(async () => {
  cluster = await clusterUnderTest();
});
test.after.always(() => cluster?.stop());

const volume = (name: string, storageClassName: string, storage: string) =>
  cluster.client.of(persistentVolumes).create({
    metadata: { name },
    spec: {
      capacity: { storage },
      accessModes: ['ReadWriteOnce'],
      storageClassName,
      hostPath: { path: `/mnt/${name}` },
    },
  });
const claim = (namespace: string, name: string, storageClassName: string) =>
  cluster.client.of(persistentVolumeClaims).create({
    metadata: { name, namespace },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '2Gi' } } },
  });
const phaseOf = async (namespace: string, name: string) =>
  (await find(cluster.client, persistentVolumeClaims, { name, namespace }))?.status?.phase;

test('a claim gets the smallest volume that is large enough; the volume is released with it', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('binds');
  for (const [name, size] of [
    ['small', '1Gi'],
    ['right', '2Gi'],
    ['large', '5Gi'],
  ] as const)
    await volume(`${namespace}-${name}`, namespace, size);
  await claim(namespace, 'data', namespace);
  await eventually(async () => (await phaseOf(namespace, 'data')) === 'Bound');
  const bound = await client.of(persistentVolumeClaims).get('data', { namespace });
  t.is(bound.spec?.volumeName, `${namespace}-right`);
  t.is(bound.status?.capacity?.storage, '2Gi');
  t.is(bound.metadata.annotations?.['pv.kubernetes.io/bind-completed'], 'yes');
  const volumeNow = await client.of(persistentVolumes).get(`${namespace}-right`);
  t.is(volumeNow.status?.phase, 'Bound');
  t.is(volumeNow.spec?.claimRef?.uid, bound.metadata.uid);
  await client.of(persistentVolumeClaims).delete('data', { namespace });
  await eventually(
    async () => (await find(client, persistentVolumes, { name: `${namespace}-right` }))?.status?.phase === 'Released',
  );
  for (const name of ['small', 'right', 'large']) await client.of(persistentVolumes).delete(`${namespace}-${name}`);
});

test('a claim that comes first waits, and gets the volume that comes later', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('waits-for-volume');
  await claim(namespace, 'data', namespace);
  await eventually(async () => (await phaseOf(namespace, 'data')) === 'Pending');
  await volume(`${namespace}-late`, namespace, '3Gi');
  await eventually(async () => (await phaseOf(namespace, 'data')) === 'Bound');
  await client.of(persistentVolumeClaims).delete('data', { namespace });
  await gone(client, persistentVolumeClaims, { name: 'data', namespace });
  await client.of(persistentVolumes).delete(`${namespace}-late`);
  t.pass();
});

test('a claim of a class that waits for its first consumer is bound to the volume that is reserved for it', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('first-consumer');
  await client.of(storageClasses).create({
    metadata: { name: namespace },
    provisioner: 'kubernetes.io/no-provisioner',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  const name = `${namespace}-volume`;
  await volume(name, namespace, '2Gi');
  await eventually(async () => (await find(client, persistentVolumes, { name }))?.status?.phase === 'Available');
  const { metadata } = await claim(namespace, 'data', namespace);
  await eventually(async () => (await phaseOf(namespace, 'data')) === 'Pending');
  t.is((await client.of(persistentVolumes).get(name)).spec?.claimRef, undefined);
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'data', namespace, uid: metadata.uid };
  await client.of(persistentVolumes).patch(name, { spec: { claimRef } });
  await eventually(async () => (await phaseOf(namespace, 'data')) === 'Bound');
  await client.of(persistentVolumeClaims).delete('data', { namespace });
  await client.of(persistentVolumes).delete(name);
  await client.of(storageClasses).delete(namespace);
});

test("a pod's ephemeral volume has a claim of its own, which goes with the pod", async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('ephemeral');
  await eventually(() => find(client, serviceAccounts, { name: 'default', namespace }));
  const template = {
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: namespace, resources: { requests: { storage: '1Gi' } } },
  };
  await client.of(pods).create({
    metadata: { name: 'pod', namespace },
    spec: {
      containers: [{ name: 'main', image: 'image' }],
      volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: template } }],
    },
  });
  const made = await eventually(() => find(client, persistentVolumeClaims, { name: 'pod-scratch', namespace }));
  t.is(made.metadata.ownerReferences?.[0]?.kind, 'Pod');
  await client.of(pods).delete('pod', { namespace, gracePeriodSeconds: 0 });
  await gone(client, persistentVolumeClaims, { name: 'pod-scratch', namespace });
});

test('a class of volume attributes goes when nobody has it or is about to any more', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('attributes');
  const classes = client.of(volumeAttributesClasses);
  const place = { name: namespace };
  await classes.create({ metadata: place, driverName: 'driver.example.com', parameters: { iops: '100' } });
  await client.of(persistentVolumeClaims).create({
    metadata: { name: 'data', namespace },
    spec: {
      accessModes: ['ReadWriteOnce'],
      volumeAttributesClassName: namespace,
      resources: { requests: { storage: '1Gi' } },
    },
  });
  await classes.delete(namespace);
  const held = await find(client, volumeAttributesClasses, place);
  t.deepEqual(held?.metadata.finalizers, ['kubernetes.io/vac-protection']);
  // What comes after it in the same controller has been through: the first was looked at and stayed.
  await classes.create({
    metadata: { name: `${namespace}-2` },
    driverName: 'driver.example.com',
    parameters: { a: 'b' },
  });
  await classes.delete(`${namespace}-2`);
  await gone(client, volumeAttributesClasses, { name: `${namespace}-2` });
  t.not(await find(client, volumeAttributesClasses, place), undefined);
  await client.of(persistentVolumeClaims).delete('data', { namespace });
  await gone(client, volumeAttributesClasses, place);
});
