/** Printed columns of ReplicaSets. */
import { tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { wideContainersAndImages, wideSelector } from '../../generic/table/pod-template-columns.ts';
import { replicaColumns } from '../../generic/table/replica-columns.ts';

export const table = tableOf([
  nameColumn,
  ...replicaColumns,
  ageColumn,
  ...wideContainersAndImages('spec.template.spec'),
  wideSelector(),
]);
