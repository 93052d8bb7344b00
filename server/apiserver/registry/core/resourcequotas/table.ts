/** Printed columns of ResourceQuotas. */
import { type Cell, column, tableOf } from '../../generic/table/column.ts';
import { fieldsOf, ownField, quantityOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

const LIMITS_PREFIX = 'limits.';

export const table = tableOf([
  nameColumn,
  column('Request', 'string', 'Used and allowed amounts of requests and counts.', usage({ limits: false })),
  column('Limit', 'string', 'Used and allowed amounts of limits.', usage({ limits: true })),
  ageColumn,
]);

/** "cpu: 1/4, pods: 3/10". */
function usage(options: { limits: boolean }): Cell {
  return (quota) => {
    const status = fieldsOf(quota.status);
    const hard = fieldsOf(status.hard);
    const used = fieldsOf(status.used);
    return Object.keys(hard)
      .filter((resource) => resource.startsWith(LIMITS_PREFIX) === options.limits)
      .sort()
      .map((resource) => `${resource}: ${quantityOf(ownField(used, resource))}/${quantityOf(hard[resource])}`)
      .join(', ');
  };
}
