/** Writes of CronJobs. */
import { dropTemplateFieldsOffByDefault } from '../../../../apis/core/fields-off-by-default.ts';
import { validateCronJob, validateCronJobUpdate } from '../../../../apis/batch/cron-job-validation.ts';
import { jobSpecWarnings } from '../../../../apis/batch/job-warnings.ts';
import { podNameWarnings } from '../../../../apis/core/warnings/pods.ts';
import { asObject, asText } from '../../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';
import { isSameGeneration } from '../../generic/workload-strategy.ts';

export const strategy: Strategy = {
  generation: true,
  metadataOnUpdate: ['change'],
  warningsOnCreate: (cronJob) => [...podNameWarnings(cronJob), ...jobWarnings(cronJob)],
  warningsOnUpdate: (cronJob, old) => [
    ...(isSameGeneration(cronJob, old) ? [] : jobWarnings(cronJob)),
    ...(asText(asObject(cronJob.spec).schedule).includes('TZ') ? [zoneInSchedule] : []),
  ],
  prepareForCreate: (cronJob) => dropTemplateFieldsOffByDefault(jobSpecOf(cronJob).template, undefined),
  prepareForUpdate: (cronJob, old) =>
    dropTemplateFieldsOffByDefault(jobSpecOf(cronJob).template, jobSpecOf(old).template),
  validate: validateCronJob,
  validateUpdate: validateCronJobUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy();

const zoneInSchedule =
  'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';

function jobWarnings(cronJob: KubeObject): string[] {
  return jobSpecWarnings(jobSpecOf(cronJob), 'spec.jobTemplate.spec');
}

function jobSpecOf(cronJob: KubeObject): JsonObject {
  return asObject(asObject(asObject(cronJob.spec).jobTemplate).spec);
}
