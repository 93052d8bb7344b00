/** Printed columns of ComponentStatuses. */
import type { JsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { findCondition } from '../../generic/table/conditions.ts';
import { stringOf } from '../../generic/table/json-reading.ts';
import { nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Status', 'string', 'Whether the component is healthy.', (component) => {
    const condition = healthy(component);
    return condition === undefined ? 'Unknown' : condition.status === 'True' ? 'Healthy' : 'Unhealthy';
  }),
  column('Message', 'string', 'What the component says.', (component) => stringOf(healthy(component)?.message)),
  column('Error', 'string', 'Why it could not be asked.', (component) => stringOf(healthy(component)?.error)),
]);

function healthy(component: KubeObject): JsonObject | undefined {
  return findCondition(component.conditions, 'Healthy');
}
