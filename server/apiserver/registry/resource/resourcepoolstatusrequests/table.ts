/** Printed columns of ResourcePoolStatusRequests. */
import type { JsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { ageOf } from '../../generic/table/age.ts';
import { integer, NONE, text } from '../../generic/table/cells.ts';
import { type Cell, column, tableOf } from '../../generic/table/column.ts';
import { fieldsOf, isMessage, itemsOf, numberOf } from '../../generic/table/json-reading.ts';
import { nameColumn } from '../../generic/table/metadata-columns.ts';
import type { RowContext } from '../../generic/table-convertor.ts';

/** Counts of a request that has no answer yet, or failed. */
const NO_COUNT = '-';

export const table = tableOf([
  nameColumn,
  column('Driver', 'string', 'Driver whose pools are asked for.', text('spec.driver')),
  column(
    'Total',
    'string',
    'Devices in all pools.',
    sumOfPools((pool) => numberOf(pool.totalDevices)),
  ),
  column(
    'Available',
    'string',
    'Devices that are free.',
    sumOfPools((pool) => numberOf(pool.availableDevices)),
  ),
  column(
    'Allocated',
    'string',
    'Devices in use.',
    sumOfPools((pool) => numberOf(pool.allocatedDevices)),
  ),
  column(
    'Unavailable',
    'string',
    'Devices that cannot be used.',
    sumOfPools((pool) => numberOf(pool.unavailableDevices)),
  ),
  column('Errors', 'string', 'Pools that are not valid.', sumOfPools(hasError)),
  column('Pools', 'integer', 'Pools that match.', integer('status.poolCount')),
  column('Status', 'string', 'How far the request has come.', status),
  column('Completed', 'string', 'Time since the answer.', completed),
]);

function hasError(pool: JsonObject): number {
  return typeof pool.validationError === 'string' ? 1 : 0;
}

function sumOfPools(amount: (pool: JsonObject) => number): Cell {
  return (request) => {
    if (!isMessage(request.status) || outcome(request)?.type === 'Failed') return NO_COUNT;
    return String(itemsOf(request.status.pools).reduce<number>((sum, pool) => sum + amount(fieldsOf(pool)), 0));
  };
}

/** The first condition that ends the request. */
function outcome(request: KubeObject): JsonObject | undefined {
  return itemsOf(fieldsOf(request.status).conditions)
    .map(fieldsOf)
    .find(({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True');
}

/** "Pending", "Failed", "Complete", "Complete (100/120 pools)" where not all pools fit into the answer. */
function status(request: KubeObject): string {
  const end = outcome(request)?.type;
  if (end !== 'Complete') return end === 'Failed' ? 'Failed' : 'Pending';
  const { pools, poolCount } = fieldsOf(request.status);
  const shown = itemsOf(pools).length;
  return numberOf(poolCount) > shown ? `Complete (${shown}/${numberOf(poolCount)} pools)` : 'Complete';
}

function completed(request: KubeObject, context: RowContext): string {
  const end = outcome(request);
  return end?.type === 'Complete' ? ageOf(end.lastTransitionTime, context) : NONE;
}
