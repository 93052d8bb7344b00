/** Errors: a Status with code, reason, details and causes. */
import assert from 'node:assert/strict';
import type { V1ConfigMap } from '@kubernetes/client-node';
import type { Claim } from '../claim.ts';
import { rejectsWith } from '../api-error.ts';

export const errors: readonly Claim[] = [
  {
    name: 'a missing object is NotFound, with its kind and name',
    async check({ core, apps, namespace }) {
      const status = await rejectsWith(404, 'NotFound', () =>
        core.readNamespacedConfigMap({ namespace, name: 'none' }),
      );
      assert.equal(status.message, 'configmaps "none" not found');
      assert.deepEqual({ ...status.details }, { name: 'none', kind: 'configmaps' });
      const inGroup = await rejectsWith(404, 'NotFound', () =>
        apps.readNamespacedDeployment({ namespace, name: 'none' }),
      );
      assert.equal(inGroup.details?.group, 'apps');
    },
  },
  {
    name: 'an object that exists is AlreadyExists',
    async check({ core, namespace }) {
      const create = () => core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'twice' } } });
      await create();
      const status = await rejectsWith(409, 'AlreadyExists', create);
      assert.equal(status.message, 'configmaps "twice" already exists');
    },
  },
  {
    name: 'an invalid object is Invalid, with a cause for each field',
    async check({ core, namespace }) {
      const status = await rejectsWith(422, 'Invalid', () =>
        core.createNamespacedPod({
          namespace,
          body: { metadata: { name: 'web' }, spec: { containers: [], restartPolicy: 'Sometimes' } },
        }),
      );
      assert.deepEqual(status.details?.causes?.map(({ field, reason }) => [field, reason]).toSorted(), [
        ['spec.containers', 'FieldValueRequired'],
        ['spec.restartPolicy', 'FieldValueNotSupported'],
      ]);
    },
  },
  {
    name: 'an object without a name is Invalid',
    async check({ core, namespace }) {
      const status = await rejectsWith(422, 'Invalid', () => core.createNamespacedConfigMap({ namespace, body: {} }));
      assert.equal(status.details?.causes?.[0]?.message, 'Required value: name or generateName is required');
    },
  },
  {
    name: 'a body of the wrong shape is a BadRequest',
    async check({ core, namespace }) {
      const body = { metadata: { name: 'settings' }, data: { count: 1 } } as unknown as V1ConfigMap;
      await rejectsWith(400, 'BadRequest', () => core.createNamespacedConfigMap({ namespace, body }));
    },
  },
  {
    name: 'a namespace in the body that is not that of the path is a BadRequest',
    async check({ core, namespace }) {
      const body = { metadata: { name: 'x', namespace: 'default' } };
      await rejectsWith(400, 'BadRequest', () => core.createNamespacedConfigMap({ namespace, body }));
    },
  },
  {
    name: 'an object in a namespace that does not exist is NotFound',
    async check({ core, namespace }) {
      const status = await rejectsWith(404, 'NotFound', () =>
        core.createNamespacedConfigMap({ namespace: `${namespace}-none`, body: { metadata: { name: 'x' } } }),
      );
      assert.equal(status.details?.kind, 'namespaces');
    },
  },
  {
    name: 'a selector that cannot be parsed is a BadRequest',
    async check({ core, namespace }) {
      await rejectsWith(400, 'BadRequest', () => core.listNamespacedPod({ namespace, labelSelector: 'a in b' }));
      await rejectsWith(400, 'BadRequest', () => core.listNamespacedPod({ namespace, fieldSelector: 'spec.none=x' }));
    },
  },
  {
    name: 'a resourceVersion that is none is Invalid',
    async check({ core, namespace }) {
      await rejectsWith(400, 'BadRequest', () => core.listNamespacedPod({ namespace, resourceVersion: 'x' }));
    },
  },
  {
    name: 'an update without the name of the path is a BadRequest',
    async check({ core, namespace }) {
      await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'a' } } });
      await rejectsWith(400, 'BadRequest', () =>
        core.replaceNamespacedConfigMap({ namespace, name: 'a', body: { metadata: { name: 'b' } } }),
      );
    },
  },
];
