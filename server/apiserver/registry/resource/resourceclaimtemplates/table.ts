/** Printed columns of ResourceClaimTemplates. */
export { nameAndAgeTable as table } from '../../generic/table/metadata-columns.ts';
