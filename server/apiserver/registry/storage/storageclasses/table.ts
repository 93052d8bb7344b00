/** Printed columns of StorageClasses. */
import { boolean, text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { defaultMarkedName } from '../../generic/table/default-marked-name.ts';
import { ageColumn, nameColumnOf } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumnOf(
    defaultMarkedName(
      'storageclass.kubernetes.io/is-default-class',
      'storageclass.beta.kubernetes.io/is-default-class',
    ),
  ),
  column('Provisioner', 'string', 'Who makes its volumes.', text('provisioner')),
  column(
    'ReclaimPolicy',
    'string',
    'What becomes of a volume once its claim is gone.',
    text('reclaimPolicy', 'Delete'),
  ),
  column(
    'VolumeBindingMode',
    'string',
    'Whether volumes are made at once or for the first pod.',
    text('volumeBindingMode', 'Immediate'),
  ),
  column('AllowVolumeExpansion', 'string', 'Whether volumes may grow.', boolean('allowVolumeExpansion')),
  ageColumn,
]);
