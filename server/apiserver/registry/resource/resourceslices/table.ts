/** Printed columns of ResourceSlices. */
import { text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Node', 'string', 'Node that the devices are on.', text('spec.nodeName')),
  column('Driver', 'string', 'Driver that offers the devices.', text('spec.driver')),
  column('Pool', 'string', 'Pool that the devices belong to.', text('spec.pool.name')),
  ageColumn,
]);
