/** csistoragecapacities.storage.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const csiStorageCapacities: ResourceDefinition = {
  group: 'storage.k8s.io',
  resource: 'csistoragecapacities',
  singular: 'csistoragecapacity',
  kind: 'CSIStorageCapacity',
  namespaced: true,
  versions: [{ version: 'v1', type: 'io.k8s.api.storage.v1.CSIStorageCapacity', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'csistoragecapacities',
};
