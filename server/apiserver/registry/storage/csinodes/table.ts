/** Printed columns of CSINodes. */
import { count } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Drivers', 'integer', 'Drivers that are installed on the node.', count('spec.drivers')),
  ageColumn,
]);
