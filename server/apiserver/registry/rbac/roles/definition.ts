/** roles.rbac.authorization.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const roles: ResourceDefinition = {
  group: 'rbac.authorization.k8s.io',
  resource: 'roles',
  singular: 'role',
  kind: 'Role',
  namespaced: true,
  versions: [{ version: 'v1', type: 'io.k8s.api.rbac.v1.Role', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'roles',
};
