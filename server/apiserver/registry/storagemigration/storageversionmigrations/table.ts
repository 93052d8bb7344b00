/** Printed columns of StorageVersionMigrations. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { fieldsOf, itemsOf, stringOf } from '../../generic/table/json-reading.ts';
import { nameColumn } from '../../generic/table/metadata-columns.ts';

const states: ReadonlySet<string> = new Set(['Running', 'Failed', 'Succeeded']);

export const table = tableOf([
  // Without the format of a name, alone among all kinds.
  { ...nameColumn, format: '' },
  column('Resource', 'string', 'The resource that is rewritten.', resource),
  column('Status', 'string', 'How far the migration has come.', status),
]);

/** "pods", "deployments.apps". */
function resource(migration: KubeObject): string {
  const reference = fieldsOf(fieldsOf(migration.spec).resource);
  const group = stringOf(reference.group);
  return group === '' ? stringOf(reference.resource) : `${stringOf(reference.resource)}.${group}`;
}

function status(migration: KubeObject): string {
  const last = itemsOf(fieldsOf(migration.status).conditions)
    .map(fieldsOf)
    .findLast((condition) => condition.status === 'True' && states.has(stringOf(condition.type)));
  return stringOf(last?.type, 'Unknown');
}
