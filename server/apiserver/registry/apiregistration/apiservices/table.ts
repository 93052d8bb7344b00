/** Printed columns of APIServices. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { findCondition } from '../../generic/table/conditions.ts';
import { fieldsOf, isMessage, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Service', 'string', 'Service that serves the API, or Local.', service),
  column('Available', 'string', 'Whether the API can be reached, and why not.', available),
  ageColumn,
]);

function service(apiService: KubeObject): string {
  const reference = fieldsOf(apiService.spec).service;
  return isMessage(reference) ? `${stringOf(reference.namespace)}/${stringOf(reference.name)}` : 'Local';
}

/** "True", "False (MissingEndpoints)". */
function available(apiService: KubeObject): string {
  const condition = findCondition(fieldsOf(apiService.status).conditions, 'Available');
  if (condition === undefined) return 'Unknown';
  const status = stringOf(condition.status);
  const reason = stringOf(condition.reason);
  return status === 'True' || reason === '' ? status : `${status} (${reason})`;
}
