/** Printed columns of PodDisruptionBudgets. */
import { integer, intOrString } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Min Available', 'string', 'Pods that must stay available.', intOrString('spec.minAvailable', 'N/A')),
  column('Max Unavailable', 'string', 'Pods that may be unavailable.', intOrString('spec.maxUnavailable', 'N/A')),
  column('Allowed Disruptions', 'integer', 'Pods that may be evicted now.', integer('status.disruptionsAllowed')),
  ageColumn,
]);
