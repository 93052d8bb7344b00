/** Printed columns of Roles. */
export { defaultTable as table } from '../../generic/table/metadata-columns.ts';
