/** Printed columns of ResourceClaims. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { fieldsOf, isMessage, itemsOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('State', 'string', 'Whether it is pending, allocated, reserved or going away.', state),
  ageColumn,
]);

/** "pending", "allocated,reserved", "deleted,allocated". */
function state(claim: KubeObject): string {
  const status = fieldsOf(claim.status);
  const deleted = Boolean(claim.metadata?.deletionTimestamp);
  if (!isMessage(status.allocation)) return deleted ? 'deleted' : 'pending';
  const states = deleted ? ['deleted', 'allocated'] : ['allocated'];
  if (itemsOf(status.reservedFor).length > 0) states.push('reserved');
  return states.join(',');
}
