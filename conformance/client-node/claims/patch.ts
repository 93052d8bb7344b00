/** Patches of every type. */
import assert from 'node:assert/strict';
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type { Claim, World } from '../claim.ts';
import { rejectsWith } from '../api-error.ts';

const PATCHED_AT_ONCE = 20;

const as = (type: string) => setHeaderOptions('Content-Type', type);

function patchConfigMap({ core, namespace }: World, body: unknown, type: string) {
  return core.patchNamespacedConfigMap({ namespace, name: 'settings', body }, as(type));
}

function createConfigMap({ core, namespace }: World, data: Record<string, string>) {
  return core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'settings' }, data } });
}

export const patch: readonly Claim[] = [
  {
    name: 'a merge patch sets fields, and removes those that are null',
    async check(world) {
      await createConfigMap(world, { color: 'red', size: 'xl' });
      const { data } = await patchConfigMap(world, { data: { color: 'blue', size: null } }, PatchStrategy.MergePatch);
      assert.deepEqual(data, { color: 'blue' });
    },
  },
  {
    name: 'a JSON patch does all of its operations or none',
    async check(world) {
      await createConfigMap(world, { color: 'red' });
      const replace = { op: 'replace', path: '/data/color', value: 'blue' };
      await rejectsWith(422, 'Invalid', () =>
        patchConfigMap(world, [replace, { op: 'test', path: '/data/color', value: 'green' }], PatchStrategy.JsonPatch),
      );
      const { data } = await patchConfigMap(
        world,
        [replace, { op: 'add', path: '/data/size', value: 'xl' }],
        PatchStrategy.JsonPatch,
      );
      assert.deepEqual(data, { color: 'blue', size: 'xl' });
    },
  },
  {
    name: 'a strategic merge patch merges lists by their keys',
    async check({ core, namespace }) {
      const ports = [
        { name: 'http', port: 80, protocol: 'TCP' },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ];
      await core.createNamespacedService({ namespace, body: { metadata: { name: 'web' }, spec: { ports } } });
      const { spec } = await core.patchNamespacedService(
        { namespace, name: 'web', body: { spec: { ports: [{ port: 80, targetPort: 8080 }] } } },
        as(PatchStrategy.StrategicMergePatch),
      );
      assert.deepEqual(
        spec?.ports?.map(({ name, targetPort }) => [name, targetPort]),
        [
          ['http', 8080],
          ['dns', 53],
        ],
      );
    },
  },
  {
    name: 'a patch with an old resourceVersion is a Conflict',
    async check(world) {
      await createConfigMap(world, { color: 'red' });
      await rejectsWith(409, 'Conflict', () =>
        patchConfigMap(
          world,
          { metadata: { resourceVersion: '1' }, data: { color: 'blue' } },
          PatchStrategy.MergePatch,
        ),
      );
    },
  },
  {
    name: 'patches at the same time all take effect',
    async check(world) {
      await createConfigMap(world, {});
      const keys = Array.from({ length: PATCHED_AT_ONCE }, (_, index) => `key-${index}`);
      await Promise.all(keys.map((key) => patchConfigMap(world, { data: { [key]: 'set' } }, PatchStrategy.MergePatch)));
      const { data } = await world.core.readNamespacedConfigMap({ namespace: world.namespace, name: 'settings' });
      assert.deepEqual(Object.keys(data ?? {}).toSorted(), keys.toSorted());
    },
  },
  {
    name: 'a patch of an unknown type is UnsupportedMediaType',
    async check(world) {
      await createConfigMap(world, {});
      await rejectsWith(415, 'UnsupportedMediaType', () => patchConfigMap(world, {}, 'application/json'));
    },
  },
  {
    name: 'a patch cannot change what an object is called',
    async check(world) {
      await createConfigMap(world, {});
      await rejectsWith(400, 'BadRequest', () =>
        patchConfigMap(world, { metadata: { name: 'other' } }, PatchStrategy.MergePatch),
      );
    },
  },
  {
    name: 'the object API patches strategically by default',
    async check({ objects, apps, namespace }) {
      const labels = { app: 'web' };
      const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'web:1' }] } };
      const metadata = { name: 'web', namespace };
      await apps.createNamespacedDeployment({
        namespace,
        body: { metadata, spec: { replicas: 0, selector: { matchLabels: labels }, template } },
      });
      await objects.patch({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: { template: { spec: { containers: [{ name: 'side', image: 'side:1' }] } } },
      } as Parameters<typeof objects.patch>[0]);
      const { spec } = await apps.readNamespacedDeployment({ namespace, name: 'web' });
      assert.deepEqual(spec?.template.spec?.containers.map(({ name }) => name).toSorted(), ['main', 'side']);
    },
  },
];
