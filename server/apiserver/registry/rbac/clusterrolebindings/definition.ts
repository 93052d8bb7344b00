/** clusterrolebindings.rbac.authorization.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const clusterRoleBindings: ResourceDefinition = {
  group: 'rbac.authorization.k8s.io',
  resource: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  kind: 'ClusterRoleBinding',
  namespaced: false,
  versions: [{ version: 'v1', type: 'io.k8s.api.rbac.v1.ClusterRoleBinding', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'clusterrolebindings',
};
