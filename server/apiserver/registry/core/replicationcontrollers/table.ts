/** Printed columns of ReplicationControllers. */
import { labels } from '../../generic/table/cells.ts';
import { tableOf, wideColumn } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { wideContainersAndImages } from '../../generic/table/pod-template-columns.ts';
import { replicaColumns } from '../../generic/table/replica-columns.ts';

export const table = tableOf([
  nameColumn,
  ...replicaColumns,
  ageColumn,
  ...wideContainersAndImages('spec.template.spec'),
  wideColumn('Selector', 'string', 'Which pods it manages.', labels('spec.selector')),
]);
