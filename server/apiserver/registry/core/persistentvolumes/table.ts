/** Printed columns of PersistentVolumes. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { quantity, text, UNSET } from '../../generic/table/cells.ts';
import { column, tableOf, wideColumn } from '../../generic/table/column.ts';
import { fieldsOf, isMessage, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { accessModes, storageClassName, volumePhase } from '../../generic/table/volume-cells.ts';

export const table = tableOf([
  nameColumn,
  column('Capacity', 'string', 'Size of the volume.', quantity('spec.capacity.storage')),
  column('Access Modes', 'string', 'How it can be mounted.', accessModes('spec.accessModes')),
  column(
    'Reclaim Policy',
    'string',
    'What becomes of it once its claim is gone.',
    text('spec.persistentVolumeReclaimPolicy'),
  ),
  column('Status', 'string', 'Whether it is available, bound or released.', volumePhase),
  column('Claim', 'string', 'The claim it is bound to.', claim),
  column('StorageClass', 'string', 'Class it belongs to.', storageClassName),
  column(
    'VolumeAttributesClass',
    'string',
    'Class of its changeable attributes.',
    text('spec.volumeAttributesClassName', UNSET),
  ),
  column('Reason', 'string', 'Why it is in this status.', text('status.reason')),
  ageColumn,
  wideColumn('VolumeMode', 'string', 'Whether it is a file system or a raw device.', text('spec.volumeMode', UNSET)),
]);

function claim(volume: KubeObject): string {
  const { claimRef } = fieldsOf(volume.spec);
  return isMessage(claimRef) ? `${stringOf(claimRef.namespace)}/${stringOf(claimRef.name)}` : '';
}
