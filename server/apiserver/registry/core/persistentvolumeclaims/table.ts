/** Printed columns of PersistentVolumeClaims. */
import { quantity, text, UNSET } from '../../generic/table/cells.ts';
import { type Cell, column, tableOf, wideColumn } from '../../generic/table/column.ts';
import { fieldsOf, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { accessModes, storageClassName, volumePhase } from '../../generic/table/volume-cells.ts';

export const table = tableOf([
  nameColumn,
  column('Status', 'string', 'Whether it is pending, bound or lost.', volumePhase),
  column('Volume', 'string', 'The volume it is bound to.', text('spec.volumeName')),
  column('Capacity', 'string', 'Size of that volume.', onceBound(quantity('status.capacity.storage'))),
  column('Access Modes', 'string', 'How that volume can be mounted.', onceBound(accessModes('status.accessModes'))),
  column('StorageClass', 'string', 'Class that it asks for.', storageClassName),
  column(
    'VolumeAttributesClass',
    'string',
    'Class of changeable attributes that it asks for.',
    text('spec.volumeAttributesClassName', UNSET),
  ),
  ageColumn,
  wideColumn('VolumeMode', 'string', 'Whether it is a file system or a raw device.', text('spec.volumeMode', UNSET)),
]);

/** Empty for a claim that has no volume yet. */
function onceBound(cell: Cell): Cell {
  return (claim, context) => (stringOf(fieldsOf(claim.spec).volumeName) === '' ? '' : cell(claim, context));
}
