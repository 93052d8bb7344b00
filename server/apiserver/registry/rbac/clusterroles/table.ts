/** Printed columns of ClusterRoles. */
export { defaultTable as table } from '../../generic/table/metadata-columns.ts';
