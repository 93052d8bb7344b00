/** Printed columns of PriorityLevelConfigurations. */
import { NONE, integerOf, text } from '../../generic/table/cells.ts';
import { type Cell, column, tableOf } from '../../generic/table/column.ts';
import { isMessage, pathReader } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

const queuing = 'spec.limited.limitResponse.queuing';

export const table = tableOf([
  nameColumn,
  column('Type', 'string', 'Limited or Exempt.', text('spec.type')),
  column(
    'NominalConcurrencyShares',
    'string',
    'Its share of the concurrent requests.',
    integerIn('spec.limited', 'nominalConcurrencyShares'),
  ),
  column('Queues', 'string', 'Number of queues.', integerIn(queuing, 'queues')),
  column('HandSize', 'string', 'Queues that one flow may use.', integerIn(queuing, 'handSize')),
  column('QueueLengthLimit', 'string', 'Requests that may wait in one queue.', integerIn(queuing, 'queueLengthLimit')),
  ageColumn,
]);

/** The number, or "<none>" where the message that holds it is not set. */
function integerIn(messagePath: string, field: string): Cell {
  const read = pathReader(messagePath);
  return (object) => {
    const message = read(object);
    return isMessage(message) ? integerOf(message[field]) : NONE;
  };
}
