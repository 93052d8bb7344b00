/** replicasets.apps: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { scaleSubresource } from '../../generic/scale-subresource.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const replicaSets: ResourceDefinition = {
  group: 'apps',
  resource: 'replicasets',
  singular: 'replicaset',
  kind: 'ReplicaSet',
  namespaced: true,
  shortNames: ['rs'],
  categories: ['all'],
  versions: [{ version: 'v1', type: 'io.k8s.api.apps.v1.ReplicaSet', storage: true, servedByDefault: true }],
  strategy,
  table,
  subresources: [
    scaleSubresource,
    { name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy },
  ],
  storagePrefix: 'replicasets',
};
