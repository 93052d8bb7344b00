/** Printed columns of ValidatingAdmissionPolicies. */
import { count } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { paramKindColumn } from '../../generic/table/param-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Validations', 'integer', 'Number of validations.', count('spec.validations')),
  paramKindColumn,
  ageColumn,
]);
