/** Printed columns of DeviceTaintRules. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { ageOf } from '../../generic/table/age.ts';
import { text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { fieldsOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import type { RowContext } from '../../generic/table-convertor.ts';

export const table = tableOf([
  nameColumn,
  column('Key', 'string', 'Key of the taint.', text('spec.taint.key')),
  column('Value', 'string', 'Value of the taint.', text('spec.taint.value')),
  column('Effect', 'string', 'What it does to pods.', text('spec.taint.effect')),
  column('TimeAdded', 'string', 'Time since the taint was added.', timeAdded),
  ageColumn,
]);

function timeAdded(rule: KubeObject, context: RowContext): string {
  const added = fieldsOf(fieldsOf(rule.spec).taint).timeAdded;
  return typeof added === 'string' ? ageOf(added, context) : '';
}
