/** Printed columns of MutatingAdmissionPolicyBindings and ValidatingAdmissionPolicyBindings. */
import { text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { paramRefColumn } from '../../generic/table/param-columns.ts';

export const table = tableOf([
  nameColumn,
  column('PolicyName', 'string', 'The policy that is bound.', text('spec.policyName')),
  paramRefColumn,
  ageColumn,
]);
