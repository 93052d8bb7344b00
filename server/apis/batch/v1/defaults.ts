/** Defaults of batch/v1 types. The job template of a CronJob gets none of the Job's own: the Job made from it does. */
import { isJsonObject, type JsonObject } from '../../../apimachinery/json.ts';
import { inOrder, mapIn, type PackageDefaulters, setIfUnset, setIfZero, structIn } from '../../defaulting.ts';

const MAX_INT32 = 2_147_483_647;
const BACKOFF_LIMIT = 6;

const setJobDefaults = setIfUnset({
  parallelism: 1,
  completionMode: 'NonIndexed',
  suspend: false,
  manualSelector: false,
});

export const batchV1: PackageDefaulters = {
  Job(job, root) {
    const spec = structIn(job, 'spec');
    if (isUnset(spec.completions) && isUnset(spec.parallelism)) spec.completions = 1;
    setJobDefaults(spec, root);
    spec.backoffLimit ??= isUnset(spec.backoffLimitPerIndex) ? BACKOFF_LIMIT : MAX_INT32;
    spec.podReplacementPolicy ??= isUnset(spec.podFailurePolicy) ? 'TerminatingOrFailed' : 'Failed';
    copyTemplateLabels(structIn(job, 'metadata'), spec.template);
  },

  CronJobSpec: inOrder(
    setIfZero({ concurrencyPolicy: 'Allow' }),
    setIfUnset({ suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 }),
  ),

  PodFailurePolicyOnPodConditionsPattern: setIfZero({ status: 'True' }),
};

function copyTemplateLabels(metadata: JsonObject, template: unknown): void {
  const labels = isJsonObject(template) && isJsonObject(template.metadata) && mapIn(template.metadata, 'labels');
  if (labels && mapIn(metadata, 'labels') === undefined) metadata.labels = labels;
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null;
}
