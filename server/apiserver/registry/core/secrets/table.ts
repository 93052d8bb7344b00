/** Printed columns of Secrets. */
import { count, text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Type', 'string', 'What the secret is for.', text('type')),
  column('Data', 'string', 'Number of entries.', count('data')),
  ageColumn,
]);
