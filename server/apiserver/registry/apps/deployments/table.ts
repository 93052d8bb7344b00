/** Printed columns of Deployments. */
import { integer, ratio } from '../../generic/table/cells.ts';
import { column, tableOf, wideColumn } from '../../generic/table/column.ts';
import { pathReader } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { wideContainersAndImages } from '../../generic/table/pod-template-columns.ts';
import { formatLabelSelector } from '../../../../apimachinery/labels/format.ts';

const selector = pathReader('spec.selector');

export const table = tableOf([
  nameColumn,
  column('Ready', 'string', 'Ready pods of those asked for.', ratio('status.readyReplicas', 'spec.replicas')),
  column('Up-to-date', 'string', 'Pods of the current template.', integer('status.updatedReplicas')),
  column('Available', 'string', 'Pods that have been ready for long enough.', integer('status.availableReplicas')),
  ageColumn,
  ...wideContainersAndImages('spec.template.spec'),
  wideColumn('Selector', 'string', 'Which pods it manages.', (deployment) => {
    const text = formatLabelSelector(selector(deployment));
    // Upstream prints the selectors of Deployments in other words than those of all other kinds.
    return text === '<none>' ? '' : text === '<error>' ? '<invalid>' : text;
  }),
]);
