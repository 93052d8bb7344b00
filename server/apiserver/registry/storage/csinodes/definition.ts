/** csinodes.storage.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const csiNodes: ResourceDefinition = {
  group: 'storage.k8s.io',
  resource: 'csinodes',
  singular: 'csinode',
  kind: 'CSINode',
  namespaced: false,
  versions: [{ version: 'v1', type: 'io.k8s.api.storage.v1.CSINode', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'csinodes',
};
