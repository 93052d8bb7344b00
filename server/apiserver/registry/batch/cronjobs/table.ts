/** Printed columns of CronJobs. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { ageOf } from '../../generic/table/age.ts';
import { count, NONE, text, UNSET } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { fieldsOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { wideContainersAndImages, wideSelector } from '../../generic/table/pod-template-columns.ts';
import type { RowContext } from '../../generic/table-convertor.ts';

export const table = tableOf([
  nameColumn,
  column('Schedule', 'string', 'When it runs, as a cron expression.', text('spec.schedule')),
  column('Timezone', 'string', 'Time zone of the schedule.', text('spec.timeZone', NONE)),
  column('Suspend', 'boolean', 'Whether it is held.', suspend),
  column('Active', 'integer', 'Jobs that are running.', count('status.active')),
  column('Last Schedule', 'string', 'Time since it last ran.', lastSchedule),
  ageColumn,
  ...wideContainersAndImages('spec.jobTemplate.spec.template.spec'),
  wideSelector('spec.jobTemplate.spec.selector'),
]);

/** A string, though the column says boolean: clients know it so. */
function suspend(cronJob: KubeObject): string {
  const value = fieldsOf(cronJob.spec).suspend;
  return typeof value !== 'boolean' ? UNSET : value ? 'True' : 'False';
}

function lastSchedule(cronJob: KubeObject, context: RowContext): string {
  const { lastScheduleTime } = fieldsOf(cronJob.status);
  return typeof lastScheduleTime === 'string' ? ageOf(lastScheduleTime, context) : NONE;
}
