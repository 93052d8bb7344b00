/** Printed columns of Workloads. */
export { nameAndAgeTable as table } from '../../generic/table/metadata-columns.ts';
