/** Printed columns of DaemonSets. */
import { integer, labels } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { wideContainersAndImages, wideSelector } from '../../generic/table/pod-template-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Desired', 'integer', 'Nodes that should run it.', integer('status.desiredNumberScheduled')),
  column('Current', 'integer', 'Nodes that run it and should.', integer('status.currentNumberScheduled')),
  column('Ready', 'integer', 'Nodes where it is ready.', integer('status.numberReady')),
  column('Up-to-date', 'integer', 'Nodes that run the current template.', integer('status.updatedNumberScheduled')),
  column('Available', 'integer', 'Nodes where it has been ready for long enough.', integer('status.numberAvailable')),
  column('Node Selector', 'string', 'Labels of the nodes it is for.', labels('spec.template.spec.nodeSelector')),
  ageColumn,
  ...wideContainersAndImages('spec.template.spec'),
  wideSelector(),
]);
