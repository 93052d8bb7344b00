/** Printed columns of CSIDrivers. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { boolean, joined, NONE, UNSET } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { fieldsOf, itemsOf, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column(
    'AttachRequired',
    'boolean',
    'Whether volumes are attached to nodes first.',
    boolean('spec.attachRequired', true),
  ),
  column('PodInfoOnMount', 'boolean', 'Whether the driver is told about the pod.', boolean('spec.podInfoOnMount')),
  column('StorageCapacity', 'boolean', 'Whether it publishes its free space.', boolean('spec.storageCapacity')),
  column('TokenRequests', 'string', 'Audiences of the tokens it asks for.', tokenAudiences),
  column('RequiresRepublish', 'boolean', 'Whether mounts are renewed now and then.', boolean('spec.requiresRepublish')),
  column('Modes', 'string', 'Kinds of volumes it offers.', joined('spec.volumeLifecycleModes', NONE)),
  ageColumn,
]);

function tokenAudiences(driver: KubeObject): string {
  const { tokenRequests } = fieldsOf(driver.spec);
  if (!Array.isArray(tokenRequests)) return UNSET;
  return itemsOf(tokenRequests)
    .map((request) => stringOf(fieldsOf(request).audience))
    .join(',');
}
