/** Printed columns of VolumeAttributesClasses. */
import { text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('DriverName', 'string', 'Driver that knows the attributes.', text('driverName')),
  ageColumn,
]);
