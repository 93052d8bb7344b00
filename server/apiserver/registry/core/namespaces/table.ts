/** Printed columns of Namespaces. */
import { text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Status', 'string', 'Whether the namespace is active or going away.', text('status.phase')),
  ageColumn,
]);
