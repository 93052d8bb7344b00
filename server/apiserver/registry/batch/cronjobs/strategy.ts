/** Writes of CronJobs. */
import { validateCronJob, validateCronJobUpdate } from '../../../../apis/batch/cron-job-validation.ts';
import { asObject, asText } from '../../../../apimachinery/json-access.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  generation: true,
  warningsOnUpdate: (cronJob) =>
    asText(asObject(cronJob.spec).schedule).includes('TZ')
      ? [
          'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
        ]
      : [],
  validate: validateCronJob,
  validateUpdate: validateCronJobUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy();
