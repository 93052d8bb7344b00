/** Printed columns of RuntimeClasses. */
import { text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Handler', 'string', 'What the container runtime calls it.', text('handler')),
  ageColumn,
]);
