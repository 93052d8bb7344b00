/** Printed columns of ConfigMaps. */
import { count } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Data', 'string', 'Number of entries.', count('data', 'binaryData')),
  ageColumn,
]);
