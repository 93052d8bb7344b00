/** deployments.apps: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { scaleSubresource } from '../../generic/scale-subresource.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const deployments: ResourceDefinition = {
  group: 'apps',
  resource: 'deployments',
  singular: 'deployment',
  kind: 'Deployment',
  namespaced: true,
  shortNames: ['deploy'],
  categories: ['all'],
  versions: [{ version: 'v1', type: 'io.k8s.api.apps.v1.Deployment', storage: true, servedByDefault: true }],
  strategy,
  table,
  subresources: [
    scaleSubresource,
    { name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy },
  ],
  storagePrefix: 'deployments',
};
