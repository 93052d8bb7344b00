/** statefulsets.apps: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { scaleSubresource } from '../../generic/scale-subresource.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const statefulSets: ResourceDefinition = {
  group: 'apps',
  resource: 'statefulsets',
  singular: 'statefulset',
  kind: 'StatefulSet',
  namespaced: true,
  shortNames: ['sts'],
  categories: ['all'],
  versions: [{ version: 'v1', type: 'io.k8s.api.apps.v1.StatefulSet', storage: true, servedByDefault: true }],
  strategy,
  table,
  subresources: [
    scaleSubresource,
    { name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy },
  ],
  storagePrefix: 'statefulsets',
};
