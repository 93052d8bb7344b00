/** clusterroles.rbac.authorization.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const clusterRoles: ResourceDefinition = {
  group: 'rbac.authorization.k8s.io',
  resource: 'clusterroles',
  singular: 'clusterrole',
  kind: 'ClusterRole',
  namespaced: false,
  versions: [{ version: 'v1', type: 'io.k8s.api.rbac.v1.ClusterRole', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'clusterroles',
};
