/** Printed columns of LeaseCandidates. */
import { text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('LeaseName', 'string', 'The lease it stands for.', text('spec.leaseName')),
  column('BinaryVersion', 'string', 'Version of its binary.', text('spec.binaryVersion')),
  column('EmulationVersion', 'string', 'Version that it behaves as.', text('spec.emulationVersion')),
  ageColumn,
]);
