/** Printed columns of IngressClasses. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { NONE, text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { defaultMarkedName } from '../../generic/table/default-marked-name.ts';
import { fieldsOf, isMessage, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumnOf } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumnOf(defaultMarkedName('ingressclass.kubernetes.io/is-default-class')),
  column('Controller', 'string', 'Who serves ingresses of the class.', text('spec.controller')),
  column('Parameters', 'string', 'Object with settings for the controller.', parameters),
  ageColumn,
]);

/** "Kind.group/name". */
function parameters(ingressClass: KubeObject): string {
  const reference = fieldsOf(ingressClass.spec).parameters;
  if (!isMessage(reference)) return NONE;
  const group = typeof reference.apiGroup === 'string' ? `.${reference.apiGroup}` : '';
  return `${stringOf(reference.kind)}${group}/${stringOf(reference.name)}`;
}
