/** storageclasses.storage.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const storageClasses: ResourceDefinition = {
  group: 'storage.k8s.io',
  resource: 'storageclasses',
  singular: 'storageclass',
  kind: 'StorageClass',
  namespaced: false,
  shortNames: ['sc'],
  versions: [{ version: 'v1', type: 'io.k8s.api.storage.v1.StorageClass', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'storageclasses',
};
