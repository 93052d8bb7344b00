/** Printed columns of Leases. */
import { text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Holder', 'string', 'Who holds the lease.', text('spec.holderIdentity')),
  ageColumn,
]);
