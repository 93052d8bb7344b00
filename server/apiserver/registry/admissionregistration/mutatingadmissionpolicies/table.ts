/** Printed columns of MutatingAdmissionPolicies. */
import { count } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { paramKindColumn } from '../../generic/table/param-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Mutations', 'integer', 'Number of mutations.', count('spec.mutations')),
  paramKindColumn,
  ageColumn,
]);
