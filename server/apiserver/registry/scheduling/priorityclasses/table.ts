/** Printed columns of PriorityClasses. */
import { boolean, integer, text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Value', 'integer', 'The priority: higher goes first.', integer('value')),
  column('Global-Default', 'boolean', 'Whether pods without a class get it.', boolean('globalDefault')),
  ageColumn,
  column('PreemptionPolicy', 'string', 'Whether its pods may evict others.', text('preemptionPolicy')),
]);
