/** Printed columns of LimitRanges. */
export { defaultTable as table } from '../../generic/table/metadata-columns.ts';
