/** Printed columns of ServiceCIDRs. */
import { joined } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('CIDRs', 'string', 'Ranges that cluster IPs are taken from.', joined('spec.cidrs')),
  ageColumn,
]);
