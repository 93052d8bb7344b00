/** Printed columns of Jobs. */
import { humanDuration } from '../../../../apimachinery/duration/human-duration.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { timeOf } from '../../generic/table/age.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { isConditionTrue } from '../../generic/table/conditions.ts';
import { digitsOf, fieldsOf, numberOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { wideContainersAndImages, wideSelector } from '../../generic/table/pod-template-columns.ts';
import type { RowContext } from '../../generic/table-convertor.ts';

export const table = tableOf([
  nameColumn,
  column('Status', 'string', 'Whether the job runs, has ended or waits.', status),
  column('Completions', 'string', 'Pods that succeeded, of those that must.', completions),
  column('Duration', 'string', 'How long it has been running or took.', duration),
  ageColumn,
  ...wideContainersAndImages('spec.template.spec'),
  wideSelector(),
]);

function status(job: KubeObject): string {
  const { conditions } = fieldsOf(job.status);
  if (isConditionTrue(conditions, 'Complete')) return 'Complete';
  if (isConditionTrue(conditions, 'Failed')) return 'Failed';
  if (job.metadata?.deletionTimestamp) return 'Terminating';
  for (const type of ['Suspended', 'FailureTarget', 'SuccessCriteriaMet']) {
    if (isConditionTrue(conditions, type)) return type;
  }
  return 'Running';
}

/** "1/3"; without a number of completions one success ends the job, however many pods try. */
function completions(job: KubeObject): string {
  const spec = fieldsOf(job.spec);
  const succeeded = digitsOf(fieldsOf(job.status).succeeded);
  if (typeof spec.completions === 'number') return `${succeeded}/${spec.completions}`;
  return numberOf(spec.parallelism) > 1 ? `${succeeded}/1 of ${digitsOf(spec.parallelism)}` : `${succeeded}/1`;
}

function duration(job: KubeObject, context: RowContext): string {
  const { startTime, completionTime } = fieldsOf(job.status);
  const start = timeOf(startTime);
  return start === undefined ? '' : humanDuration((timeOf(completionTime) ?? context.now) - start);
}
