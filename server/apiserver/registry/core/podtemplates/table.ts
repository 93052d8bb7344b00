/** Printed columns of PodTemplates. */
import { labels } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { nameColumn } from '../../generic/table/metadata-columns.ts';
import { containersAndImages } from '../../generic/table/pod-template-columns.ts';

export const table = tableOf([
  nameColumn,
  ...containersAndImages('template.spec'),
  column('Pod Labels', 'string', 'Labels of pods made from the template.', labels('template.metadata.labels')),
]);
