import test from 'ava';
import {
  coreEvents,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  serviceAccounts,
  storageClasses,
  volumeAttachments,
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

const messagesOf = async (namespace: string, object: string, reason: string) =>
  (
    await cluster.client
      .of(coreEvents)
      .list({ namespace, fieldSelector: `involvedObject.name=${object},reason=${reason}` })
  ).items.map(({ message }) => message);

test('the volume of a CSI driver is attached to the node of its pod, to no second one, and detached after', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('attached');
  await eventually(() => find(client, serviceAccounts, { name: 'default', namespace }));
  for (const name of ['one', 'two']) await client.of(nodes).create({ metadata: { name: `${namespace}-${name}` } });
  await client.of(persistentVolumes).create({
    metadata: { name: namespace },
    spec: {
      capacity: { storage: '2Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: namespace,
      csi: { driver: 'driver.example.com', volumeHandle: namespace },
    },
  });
  await claim(namespace, 'data', namespace);
  await eventually(async () => (await phaseOf(namespace, 'data')) === 'Bound');
  const run = (name: string) =>
    client.of(pods).create({
      metadata: { name, namespace },
      spec: {
        nodeName: `${namespace}-${name}`,
        containers: [{ name: 'c', image: 'image' }],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
      },
    });
  const attachmentsOn = async (name: string) =>
    (await client.of(volumeAttachments).list()).items.filter(({ spec }) => spec.nodeName === `${namespace}-${name}`);
  await run('one');
  const [attachment] = await eventually(async () => {
    const found = await attachmentsOn('one');
    return found.length > 0 && found;
  });
  t.like(attachment?.spec, { attacher: 'driver.example.com', source: { persistentVolumeName: namespace } });
  t.regex(attachment?.metadata.name ?? '', /^csi-[0-9a-f]{64}$/);
  const attachedTo = async (name: string) =>
    (await client.of(nodes).get(`${namespace}-${name}`)).status?.volumesAttached?.map((each) => each.name).join();
  t.is(await attachedTo('one'), undefined);
  await client
    .of(volumeAttachments)
    .patch(attachment?.metadata.name ?? '', { status: { attached: true } }, { subresource: 'status' });
  await eventually(async () => (await attachedTo('one')) === `kubernetes.io/csi/driver.example.com^${namespace}`);
  await eventually(async () => (await messagesOf(namespace, 'one', 'SuccessfulAttachVolume')).length > 0);
  await run('two');
  const [refusal] = await eventually(async () => {
    const messages = await messagesOf(namespace, 'two', 'FailedAttachVolume');
    return messages.length > 0 && messages;
  });
  t.is(refusal, `Multi-Attach error for volume "${namespace}" Volume is already used by pod(s) one`);
  t.deepEqual(await attachmentsOn('two'), []);
  await client.of(pods).delete('one', { namespace, gracePeriodSeconds: 0 });
  await eventually(async () => (await attachmentsOn('two')).length > 0);
  t.deepEqual(await attachmentsOn('one'), []);
  t.is((await attachedTo('one')) ?? '', '');
  await client.of(pods).delete('two', { namespace, gracePeriodSeconds: 0 });
  await eventually(async () => (await attachmentsOn('two')).length === 0);
  for (const name of ['one', 'two']) await client.of(nodes).delete(`${namespace}-${name}`);
  await client.of(persistentVolumeClaims).delete('data', { namespace });
  await client.of(persistentVolumes).delete(namespace);
});

test('a claim that asks for more than its volume has waits for whoever makes it larger', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('grows');
  await client.of(storageClasses).create({
    metadata: { name: namespace },
    provisioner: 'driver.example.com',
    allowVolumeExpansion: true,
  });
  await volume(namespace, namespace, '2Gi');
  await claim(namespace, 'data', namespace);
  await eventually(async () => (await phaseOf(namespace, 'data')) === 'Bound');
  const patch = { spec: { resources: { requests: { storage: '3Gi' } } } };
  await client.of(persistentVolumeClaims).patch('data', patch, { namespace });
  const [message] = await eventually(async () => {
    const messages = await messagesOf(namespace, 'data', 'ExternalExpanding');
    return messages.length > 0 && messages;
  });
  t.is(message, 'waiting for an external controller to expand this PVC');
  await client.of(persistentVolumeClaims).delete('data', { namespace });
  await client.of(persistentVolumes).delete(namespace);
  await client.of(storageClasses).delete(namespace);
});
