/** Printed columns of RoleBindings and ClusterRoleBindings. */
import type { JsonObject } from '../../../../apimachinery/json.ts';
import { kindAndName } from '../../generic/table/cells.ts';
import { type Cell, column, tableOf, wideColumn } from '../../generic/table/column.ts';
import { fieldsOf, itemsOf, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

const nameOf = (subject: JsonObject): string => stringOf(subject.name);

export const table = tableOf([
  nameColumn,
  column('Role', 'string', 'The role that is granted.', kindAndName('roleRef')),
  ageColumn,
  wideColumn('Users', 'string', 'Users it is granted to.', subjects('User', nameOf)),
  wideColumn('Groups', 'string', 'Groups it is granted to.', subjects('Group', nameOf)),
  wideColumn(
    'ServiceAccounts',
    'string',
    'Service accounts it is granted to.',
    subjects('ServiceAccount', (subject) => `${stringOf(subject.namespace)}/${stringOf(subject.name)}`),
  ),
]);

function subjects(kind: string, show: (subject: JsonObject) => string): Cell {
  return (binding) =>
    itemsOf(binding.subjects)
      .map(fieldsOf)
      .filter((subject) => subject.kind === kind)
      .map(show)
      .join(', ');
}
