/** Printed columns of IPAddresses. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { TableConvertor } from '../../generic/table-convertor.ts';
import { NONE } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { fieldsOf, isMessage, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

const rows = tableOf([nameColumn, column('ParentRef', 'string', 'The object that the address belongs to.', parent)]);

export const table: TableConvertor = {
  columns: rows.columns,
  // Upstream sends the age without announcing a column for it; clients drop the cell.
  cells: (address, context) => [...rows.cells(address, context), ageColumn.cell(address, context)],
};

/** "services/namespace/name", "resource.group/name". */
function parent(address: KubeObject): string {
  const reference = fieldsOf(address.spec).parentRef;
  if (!isMessage(reference)) return NONE;
  const group = stringOf(reference.group);
  const namespace = stringOf(reference.namespace);
  const resource = group === '' ? stringOf(reference.resource) : `${stringOf(reference.resource)}.${group}`;
  return [resource.toLowerCase(), ...(namespace === '' ? [] : [namespace]), stringOf(reference.name)].join('/');
}
