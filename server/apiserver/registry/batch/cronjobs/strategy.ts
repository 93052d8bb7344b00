/** Writes of CronJobs. */
import { validateCronJob, validateCronJobUpdate } from '../../../../apis/batch/cron-job-validation.ts';
import { jobSpecWarnings } from '../../../../apis/batch/job-warnings.ts';
import { podNameWarnings } from '../../../../apis/core/warnings/pods.ts';
import { asObject, asText } from '../../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  generation: true,
  warningsOnCreate: (cronJob) => [...podNameWarnings(cronJob), ...jobWarnings(cronJob)],
  warningsOnUpdate: (cronJob, old) => [
    ...(cronJob.metadata.generation === old.metadata.generation ? [] : jobWarnings(cronJob)),
    ...(asText(asObject(cronJob.spec).schedule).includes('TZ') ? [zoneInSchedule] : []),
  ],
  validate: validateCronJob,
  validateUpdate: validateCronJobUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy();

const zoneInSchedule =
  'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';

function jobWarnings(cronJob: KubeObject): string[] {
  return jobSpecWarnings(asObject(asObject(asObject(cronJob.spec).jobTemplate).spec), 'spec.jobTemplate.spec');
}
