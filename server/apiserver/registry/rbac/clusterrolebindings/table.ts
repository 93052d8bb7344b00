/** Printed columns of ClusterRoleBindings: those of RoleBindings. */
export { table } from '../rolebindings/table.ts';
