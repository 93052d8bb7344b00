/** Printed columns of NetworkPolicies. */
import { labelSelector } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Pod-Selector', 'string', 'Which pods the policy is for.', labelSelector('spec.podSelector')),
  ageColumn,
]);
