/** podgroups.scheduling.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const podGroups: ResourceDefinition = {
  group: 'scheduling.k8s.io',
  resource: 'podgroups',
  singular: 'podgroup',
  kind: 'PodGroup',
  namespaced: true,
  versions: [
    { version: 'v1alpha2', type: 'io.k8s.api.scheduling.v1alpha2.PodGroup', storage: true, servedByDefault: false },
  ],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'podgroups',
};
