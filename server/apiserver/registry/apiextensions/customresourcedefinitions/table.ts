/** Printed columns of CustomResourceDefinitions. */
export { defaultTable as table } from '../../generic/table/metadata-columns.ts';
