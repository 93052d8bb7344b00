/** Printed columns of VolumeAttachments. */
import { boolean, text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  { ...column('Attacher', 'string', 'Driver that attaches the volume.', text('spec.attacher')), format: 'name' },
  column('PV', 'string', 'The volume.', text('spec.source.persistentVolumeName')),
  column('Node', 'string', 'Node that it is attached to.', text('spec.nodeName')),
  column('Attached', 'boolean', 'Whether it is attached.', boolean('status.attached')),
  ageColumn,
]);
