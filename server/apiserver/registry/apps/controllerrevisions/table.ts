/** Printed columns of ControllerRevisions. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { integer, NONE } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { fieldsOf, itemsOf, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Controller', 'string', 'The object whose state it keeps.', controller),
  column('Revision', 'string', 'Which state of the controller it is.', integer('revision')),
  ageColumn,
]);

/** "statefulset.apps/web". */
function controller(revision: KubeObject): string {
  const owner = itemsOf(revision.metadata?.ownerReferences).find((item) => fieldsOf(item).controller === true);
  if (owner === undefined) return NONE;
  const { apiVersion, kind, name } = fieldsOf(owner);
  const slash = stringOf(apiVersion).indexOf('/');
  const group = slash < 0 ? '' : stringOf(apiVersion).slice(0, slash);
  const groupKind = group === '' ? stringOf(kind) : `${stringOf(kind)}.${group}`;
  return groupKind === '' ? stringOf(name) : `${groupKind.toLowerCase()}/${stringOf(name)}`;
}
