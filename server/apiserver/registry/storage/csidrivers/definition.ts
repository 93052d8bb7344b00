/** csidrivers.storage.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const csiDrivers: ResourceDefinition = {
  group: 'storage.k8s.io',
  resource: 'csidrivers',
  singular: 'csidriver',
  kind: 'CSIDriver',
  namespaced: false,
  versions: [{ version: 'v1', type: 'io.k8s.api.storage.v1.CSIDriver', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'csidrivers',
};
