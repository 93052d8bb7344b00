/** storageversionmigrations.storagemigration.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const storageVersionMigrations: ResourceDefinition = {
  group: 'storagemigration.k8s.io',
  resource: 'storageversionmigrations',
  singular: 'storageversionmigration',
  kind: 'StorageVersionMigration',
  namespaced: false,
  versions: [
    {
      version: 'v1beta1',
      type: 'io.k8s.api.storagemigration.v1beta1.StorageVersionMigration',
      storage: true,
      servedByDefault: false,
    },
  ],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'storageversionmigrations',
};
