/** Printed columns of ServiceAccounts. */
export { nameAndAgeTable as table } from '../../generic/table/metadata-columns.ts';
