/** storageversions.internal.apiserver.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const storageVersions: ResourceDefinition = {
  group: 'internal.apiserver.k8s.io',
  resource: 'storageversions',
  singular: 'storageversion',
  kind: 'StorageVersion',
  namespaced: false,
  versions: [
    {
      version: 'v1alpha1',
      type: 'io.k8s.api.apiserverinternal.v1alpha1.StorageVersion',
      storage: true,
      servedByDefault: false,
    },
  ],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'storageversions',
};
