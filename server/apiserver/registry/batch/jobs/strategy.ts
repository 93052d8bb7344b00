/** Writes of Jobs: the selector and the labels that tie pods to their job are the server's, unless the client asks to set them. */
import { dropWorkloadFieldsOffByDefault } from '../../../../apis/core/fields-off-by-default.ts';
import { validateJobStatusUpdate } from '../../../../apis/batch/job-status-validation.ts';
import { validateJob } from '../../../../apis/batch/job-validation.ts';
import { validateJobUpdate } from '../../../../apis/batch/job-update-validation.ts';
import { jobSpecWarnings } from '../../../../apis/batch/job-warnings.ts';
import { podNameWarnings } from '../../../../apis/core/warnings/pods.ts';
import { asObject, ensureObject } from '../../../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';
import { isSameGeneration, workloadStrategy } from '../../generic/workload-strategy.ts';

const controllerUidLabel = 'batch.kubernetes.io/controller-uid';
const controllerUidLabels = ['controller-uid', controllerUidLabel] as const;
/** Of what a made-up name begins with. */
const MAX_PREFIX = 58;
const jobNameLabels = ['job-name', 'batch.kubernetes.io/job-name'] as const;

export const strategy: Strategy = {
  ...workloadStrategy,
  metadataOnUpdate: ['object'],
  // As before garbage collection: deleting a job through batch/v1 leaves its pods behind by default.
  defaultGarbageCollectionPolicy: 'OrphanDependents',
  warningsOnUnstatedPropagation: [
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or ' +
      'set propagationPolicy=Orphan to suppress this warning',
  ],
  prepareForCreate(job) {
    dropWorkloadFieldsOffByDefault(job);
    if (asObject(job.spec).manualSelector !== true) generateSelector(job);
  },
  validate: validateJob,
  canonicalize: takeLabelsOfTemplate,
  validateUpdate: validateJobUpdate,
  warningsOnCreate: (job) => [...podNameWarnings(job), ...jobSpecWarnings(asObject(job.spec), 'spec')],
  warningsOnUpdate: (job, old) => (isSameGeneration(job, old) ? [] : jobSpecWarnings(asObject(job.spec), 'spec')),
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({ validateUpdate: validateJobStatusUpdate });

/** Labels that the client set are left alone: validation refuses the wrong ones. */
function generateSelector(job: KubeObject): void {
  if (!isJsonObject(job.spec)) return;
  const { name = '', uid = '' } = job.metadata;
  const template = ensureObject(ensureObject(job.spec, 'template'), 'metadata');
  // Upstream's defaulting gives a job without labels the very map of its template, which then grows with it.
  const { labels: own, generateName = '' } = job.metadata;
  // Before it makes up a name it copies the job.
  const isCopy = generateName !== '' && name.startsWith(generateName.slice(0, MAX_PREFIX));
  const shared = own !== undefined && (own as unknown) === template.labels && !isCopy;
  const generated: Record<string, string> = {};
  for (const label of jobNameLabels) generated[label] = name;
  for (const label of controllerUidLabels) generated[label] = uid;
  const labels = inOrderOfKeys({ ...generated, ...asObject(template.labels) });
  template.labels = labels;
  const matchLabels = ensureObject(ensureObject(job.spec, 'selector'), 'matchLabels');
  if (!Object.hasOwn(matchLabels, controllerUidLabel)) matchLabels[controllerUidLabel] = uid;
  if (shared) job.metadata.labels = { ...labels } as Record<string, string>;
}

/** As upstream's defaulting does when it reads the stored job. */
function takeLabelsOfTemplate(job: KubeObject): void {
  const { labels } = asObject(asObject(asObject(job.spec).template).metadata);
  if (!isJsonObject(labels) || Object.keys(job.metadata.labels ?? {}).length > 0) return;
  job.metadata.labels = { ...labels } as Record<string, string>;
}

function inOrderOfKeys(labels: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
