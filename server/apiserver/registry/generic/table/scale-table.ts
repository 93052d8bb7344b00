/** Printed columns of Scale, the object of scale subresources. */
import { integer } from './cells.ts';
import { column, tableOf } from './column.ts';
import { ageColumn, nameColumn } from './metadata-columns.ts';

const replicas = [
  column('Desired', 'integer', 'Replicas asked for.', integer('spec.replicas')),
  column('Available', 'integer', 'Replicas that there are.', integer('status.replicas')),
];

export const scaleTable = tableOf([
  // Without the format of a name, as upstream.
  { ...nameColumn, format: '' },
  ...replicas,
  ageColumn,
]);

/** Of custom resources. */
export const customScaleTable = tableOf([nameColumn, ...replicas, { ...ageColumn, type: 'date' }]);
