/** rolebindings.rbac.authorization.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const roleBindings: ResourceDefinition = {
  group: 'rbac.authorization.k8s.io',
  resource: 'rolebindings',
  singular: 'rolebinding',
  kind: 'RoleBinding',
  namespaced: true,
  versions: [{ version: 'v1', type: 'io.k8s.api.rbac.v1.RoleBinding', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'rolebindings',
};
