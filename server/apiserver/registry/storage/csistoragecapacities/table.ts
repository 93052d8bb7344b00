/** Printed columns of CSIStorageCapacities. */
export { defaultTable as table } from '../../generic/table/metadata-columns.ts';
