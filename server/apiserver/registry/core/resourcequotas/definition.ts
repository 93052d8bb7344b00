/** resourcequotas: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const resourceQuotas: ResourceDefinition = {
  group: '',
  resource: 'resourcequotas',
  singular: 'resourcequota',
  kind: 'ResourceQuota',
  namespaced: true,
  shortNames: ['quota'],
  versions: [{ version: 'v1', type: 'io.k8s.api.core.v1.ResourceQuota', storage: true, servedByDefault: true }],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'resourcequotas',
};
