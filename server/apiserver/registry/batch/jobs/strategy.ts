/** Writes of Jobs: the selector and the labels that tie pods to their job are the server's, unless the client asks to set them. */
import { asObject, ensureObject } from '../../../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

const controllerUidLabel = 'batch.kubernetes.io/controller-uid';
const controllerUidLabels = ['controller-uid', controllerUidLabel] as const;
const jobNameLabels = ['job-name', 'batch.kubernetes.io/job-name'] as const;

export const strategy: Strategy = {
  generation: true,
  // As before garbage collection: deleting a job through batch/v1 leaves its pods behind by default.
  defaultGarbageCollectionPolicy: 'OrphanDependents',
  prepareForCreate(job) {
    if (asObject(job.spec).manualSelector !== true) generateSelector(job);
  },
};

export const statusStrategy: UpdateStrategy = newStatusStrategy();

/** Labels that the client set are left alone: validation refuses the wrong ones. */
function generateSelector(job: KubeObject): void {
  if (!isJsonObject(job.spec)) return;
  const { name = '', uid = '' } = job.metadata;
  const labels = ensureObject(ensureObject(ensureObject(job.spec, 'template'), 'metadata'), 'labels');
  for (const label of jobNameLabels) setIfAbsent(labels, label, name);
  for (const label of controllerUidLabels) setIfAbsent(labels, label, uid);
  setIfAbsent(ensureObject(ensureObject(job.spec, 'selector'), 'matchLabels'), controllerUidLabel, uid);
}

function setIfAbsent(labels: JsonObject, label: string, value: string): void {
  if (!Object.hasOwn(labels, label)) labels[label] = value;
}
