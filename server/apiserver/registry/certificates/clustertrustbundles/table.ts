/** Printed columns of ClusterTrustBundles. */
import { NONE, nonEmptyText } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('SignerName', 'string', 'Signer that the bundle belongs to.', nonEmptyText('spec.signerName', NONE)),
]);
