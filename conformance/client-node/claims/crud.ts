/** Create, read, replace, delete, and the subresources a client writes. */
import assert from 'node:assert/strict';
import type { Claim } from '../claim.ts';
import { rejectsWith } from '../api-error.ts';

const podSpec = { schedulerName: 'nobody', containers: [{ name: 'main', image: 'registry.example.com/web:1' }] };

export const crud: readonly Claim[] = [
  {
    name: 'an object is read as it was created, with uid, time and resourceVersion',
    async check({ core, namespace }) {
      const body = { metadata: { name: 'settings', labels: { app: 'shop' } }, data: { color: 'red' } };
      const created = await core.createNamespacedConfigMap({ namespace, body });
      const read = await core.readNamespacedConfigMap({ namespace, name: 'settings' });
      assert.deepEqual(read, created);
      assert.deepEqual(read.data, { color: 'red' });
      assert.match(read.metadata?.uid ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      assert.match(read.metadata?.resourceVersion ?? '', /^[1-9]\d*$/);
      assert(read.metadata?.creationTimestamp instanceof Date);
    },
  },
  {
    name: 'replace writes if the resourceVersion is the current one, and is a Conflict otherwise',
    async check({ core, namespace }) {
      const first = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'settings' } } });
      const second = await core.replaceNamespacedConfigMap({
        namespace,
        name: 'settings',
        body: { ...first, data: { color: 'red' } },
      });
      assert(Number(second.metadata?.resourceVersion) > Number(first.metadata?.resourceVersion));
      const status = await rejectsWith(409, 'Conflict', () =>
        core.replaceNamespacedConfigMap({ namespace, name: 'settings', body: { ...first, data: { color: 'blue' } } }),
      );
      assert.equal(status.details?.name, 'settings');
      assert.equal(status.details?.kind, 'configmaps');
    },
  },
  {
    name: 'a replace that changes nothing keeps the resourceVersion',
    async check({ core, namespace }) {
      const body = { metadata: { name: 'settings' }, data: { color: 'red' } };
      const created = await core.createNamespacedConfigMap({ namespace, body });
      const replaced = await core.replaceNamespacedConfigMap({ namespace, name: 'settings', body: created });
      assert.equal(replaced.metadata?.resourceVersion, created.metadata?.resourceVersion);
    },
  },
  {
    name: 'of many creates of one name exactly one succeeds',
    async check({ core, namespace }) {
      const results = await Promise.allSettled(
        Array.from({ length: 10 }, () =>
          core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'once' } } }),
        ),
      );
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    },
  },
  {
    name: 'delete answers with a Status that names the object, and the object is gone',
    async check({ core, namespace }) {
      const created = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'settings' } } });
      const status = await core.deleteNamespacedConfigMap({ namespace, name: 'settings' });
      assert.equal(status.status, 'Success');
      assert.equal(status.details?.uid, created.metadata?.uid);
      await rejectsWith(404, 'NotFound', () => core.readNamespacedConfigMap({ namespace, name: 'settings' }));
    },
  },
  {
    name: 'delete with preconditions of another object is a Conflict',
    async check({ core, namespace }) {
      const created = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'settings' } } });
      const remove = (preconditions: { uid?: string; resourceVersion?: string }) =>
        core.deleteNamespacedConfigMap({ namespace, name: 'settings', body: { preconditions } });
      await rejectsWith(409, 'Conflict', () => remove({ uid: '00000000-0000-0000-0000-000000000000' }));
      await rejectsWith(409, 'Conflict', () => remove({ resourceVersion: '1' }));
      await remove({ uid: created.metadata?.uid, resourceVersion: created.metadata?.resourceVersion });
    },
  },
  {
    name: 'deletecollection deletes what its selector selects, and nothing else',
    async check({ core, namespace }) {
      for (const [name, set] of Object.entries({ a: 'x', b: 'x', c: 'y' }))
        await core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: { set } } } });
      await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'set=x' });
      const { items } = await core.listNamespacedConfigMap({ namespace, labelSelector: 'set' });
      assert.deepEqual(
        items.map(({ metadata }) => metadata?.name),
        ['c'],
      );
    },
  },
  {
    name: 'a dry run answers like the real request and stores nothing',
    async check({ core, namespace }) {
      const body = { metadata: { generateName: 'dry-' } };
      const created = await core.createNamespacedConfigMap({ namespace, body, dryRun: 'All' });
      assert.match(created.metadata?.name ?? '', /^dry-[a-z0-9]{5}$/);
      await rejectsWith(404, 'NotFound', () =>
        core.readNamespacedConfigMap({ namespace, name: created.metadata?.name ?? '' }),
      );
    },
  },
  {
    name: 'defaults are filled in',
    async check({ apps, namespace }) {
      const labels = { app: 'web' };
      const { spec } = await apps.createNamespacedDeployment({
        namespace,
        body: {
          metadata: { name: 'web' },
          spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } },
        },
      });
      assert.equal(spec?.revisionHistoryLimit, 10);
      assert.partialDeepStrictEqual(
        { ...spec?.strategy?.rollingUpdate, type: spec?.strategy?.type },
        { type: 'RollingUpdate', maxSurge: '25%', maxUnavailable: '25%' },
      );
      assert.equal(spec?.template.spec?.containers[0]?.imagePullPolicy, 'IfNotPresent');
      assert.equal(spec?.template.spec?.terminationGracePeriodSeconds, 30);
    },
  },
  {
    name: 'the scale of a deployment is read and written through its subresource',
    async check({ apps, namespace }) {
      const labels = { app: 'web' };
      const template = { metadata: { labels }, spec: podSpec };
      await apps.createNamespacedDeployment({
        namespace,
        body: {
          metadata: { name: 'web' },
          spec: { paused: true, replicas: 0, selector: { matchLabels: labels }, template },
        },
      });
      const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'web' });
      assert.equal(scale.status?.selector, 'app=web');
      await apps.replaceNamespacedDeploymentScale({
        namespace,
        name: 'web',
        body: { ...scale, spec: { replicas: 2 } },
      });
      const deployment = await apps.readNamespacedDeployment({ namespace, name: 'web' });
      assert.equal(deployment.spec?.replicas, 2);
    },
  },
  {
    name: 'the status of a pod is written through its subresource alone',
    async check({ core, namespace }) {
      const pod = await core.createNamespacedPod({ namespace, body: { metadata: { name: 'web' }, spec: podSpec } });
      const withStatus = { ...pod, status: { phase: 'Running', message: 'up' } };
      const written = await core.replaceNamespacedPodStatus({ namespace, name: 'web', body: withStatus });
      assert.equal(written.status?.message, 'up');
      const replaced = await core.replaceNamespacedPod({
        namespace,
        name: 'web',
        body: { ...written, metadata: { ...written.metadata, labels: { seen: 'yes' } }, status: { message: 'down' } },
      });
      assert.equal(replaced.status?.message, 'up');
      assert.equal(replaced.metadata?.labels?.seen, 'yes');
    },
  },
  {
    name: 'a binding puts a pod on a node, once',
    async check({ core, namespace }) {
      await core.createNamespacedPod({ namespace, body: { metadata: { name: 'web' }, spec: podSpec } });
      const bind = (node: string) =>
        core.createNamespacedPodBinding({
          namespace,
          name: 'web',
          body: { metadata: { name: 'web' }, target: { apiVersion: 'v1', kind: 'Node', name: node } },
        });
      await bind('node-a');
      assert.equal((await core.readNamespacedPod({ namespace, name: 'web' })).spec?.nodeName, 'node-a');
      await rejectsWith(409, 'Conflict', () => bind('node-b'));
    },
  },
  {
    name: 'an eviction deletes a pod',
    async check({ core, namespace }) {
      await core.createNamespacedPod({ namespace, body: { metadata: { name: 'web' }, spec: podSpec } });
      await core.createNamespacedPodEviction({ namespace, name: 'web', body: { metadata: { name: 'web' } } });
      await rejectsWith(404, 'NotFound', () => core.readNamespacedPod({ namespace, name: 'web' }));
    },
  },
  {
    name: 'stringData becomes data, and bytes come back as they were',
    async check({ core, namespace }) {
      await core.createNamespacedSecret({
        namespace,
        body: { metadata: { name: 's' }, stringData: { user: 'ann' }, data: { key: 'AAEC/w==' } },
      });
      const secret = await core.readNamespacedSecret({ namespace, name: 's' });
      assert.deepEqual(secret.data, { key: 'AAEC/w==', user: 'YW5u' });
      assert.equal(secret.stringData, undefined);
    },
  },
  {
    name: 'any kind can be written through the object API, which asks discovery where it is',
    async check({ objects, namespace }) {
      const metadata = { name: 'pdb', namespace };
      const kind = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' };
      await objects.create({ ...kind, metadata, spec: { maxUnavailable: 1 } } as Parameters<typeof objects.create>[0]);
      const read = await objects.read({ ...kind, metadata });
      assert.equal(read.metadata?.name, 'pdb');
      const { items } = await objects.list(kind.apiVersion, kind.kind, namespace);
      assert.equal(items.length, 1);
      await objects.delete({ ...kind, metadata });
      await rejectsWith(404, 'NotFound', () => objects.read({ ...kind, metadata }));
    },
  },
];
