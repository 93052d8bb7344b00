/** Printed columns of StatefulSets. */
import { ratio } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { wideContainersAndImages } from '../../generic/table/pod-template-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Ready', 'string', 'Ready pods of those asked for.', ratio('status.readyReplicas', 'spec.replicas')),
  ageColumn,
  ...wideContainersAndImages('spec.template.spec'),
]);
