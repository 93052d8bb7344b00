/** What a job reads off its pods: their index, how often the index has failed, whether they are counted yet. */
import type { Job, Pod } from '../../client/api-types.ts';
import { parseTime, podCondition } from '../workload/pod-state.ts';

export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
export const indexAnnotation = 'batch.kubernetes.io/job-completion-index';
export const failuresAnnotation = 'batch.kubernetes.io/job-index-failure-count';
export const ignoredFailuresAnnotation = 'batch.kubernetes.io/job-index-ignored-failure-count';

/** One that still has it is not in the job's counts. */
export function hasTrackingFinalizer({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(trackingFinalizer) === true;
}

/** Of nothing else's finalizers. */
export const withoutTracking = {
  metadata: { '$deleteFromPrimitiveList/finalizers': [trackingFinalizer] },
};

export function isIndexed({ spec }: Job): boolean {
  return spec?.completionMode === 'Indexed';
}

export function isSuspended({ spec }: Job): boolean {
  return spec?.suspend === true;
}

export function limitsEachIndex({ spec }: Job): boolean {
  return spec?.backoffLimitPerIndex !== undefined;
}

/** Undefined: it has none. */
export function completionIndex({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[indexAnnotation];
  return text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : undefined;
}

/** Undefined also where the job has no such index any more. */
export function validIndex(pod: Pod, { spec }: Job): number | undefined {
  const index = completionIndex(pod);
  return index !== undefined && index < (spec?.completions ?? 0) ? index : undefined;
}

/** Pods that are on their way out are replaced when they have ended, not before. */
export function replacesOnlyFailed({ spec }: Job): boolean {
  return spec?.podReplacementPolicy === 'Failed' || spec?.podFailurePolicy !== undefined;
}

export function isPodFailed({ metadata, status }: Pod, job: Job): boolean {
  if (status?.phase === 'Failed') return true;
  if (replacesOnlyFailed(job)) return false;
  return metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded';
}

/** Of its index, before this pod. */
export function failuresBefore({ metadata }: Pod): { counted: number; ignored: number } {
  const numberOf = (key: string) => {
    const text = metadata.annotations?.[key] ?? '';
    return /^[0-9]+$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : 0;
  };
  return { counted: numberOf(failuresAnnotation), ignored: numberOf(ignoredFailuresAnnotation) };
}

/** Milliseconds since the epoch. */
export function finishedAt(pod: Pod): number {
  const { metadata } = pod;
  const ready = podCondition(pod, 'Ready');
  const gone = parseTime(metadata.deletionTimestamp);
  return (
    containersFinishedAt(pod) ??
    (ready?.status === 'False' ? parseTime(ready.lastTransitionTime) : undefined) ??
    (gone === undefined ? undefined : gone - (metadata.deletionGracePeriodSeconds ?? 0) * 1000) ??
    parseTime(metadata.creationTimestamp) ??
    0
  );
}

/** When the last one did; undefined: not all have. */
function containersFinishedAt({ spec, status }: Pod): number | undefined {
  const sidecars = new Set(
    (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  const counted = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ];
  const times = counted.map(({ state }) => parseTime(state?.terminated?.finishedAt));
  if (times.length === 0 || times.includes(undefined)) return undefined;
  return Math.max(...times.map((time) => time ?? 0));
}
