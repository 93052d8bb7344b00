/**
 * How pods that have ended get into a job's counts, each once, whatever fails in between: first their uids into the status, then
 * their finalizer goes, then the uid becomes one more in the count. A pod with the finalizer is not counted; one without it is.
 */
import type { Pod } from '../../client/api-types.ts';
import { type JobCondition, type JobStatus, newJobCondition, trueCondition, withJobCondition } from './conditions.ts';
import { countIndexes, formatIntervals, hasIndex } from './intervals.ts';
import { completionIndex, hasTrackingFinalizer, isPodFailed, validIndex } from './job-pods.ts';
import { type JobView, uncountedPods } from './job-view.ts';
import { judgeFailure } from './policies.ts';

/** Uids in the status at most. */
export const MAX_UNCOUNTED = 500;

export interface Tracking {
  readonly status: JobStatus;
  /** Pods whose finalizer may go once the status is written. */
  readonly release: readonly Pod[];
  /** Complete or Failed: as soon as everything is counted and no pod is left. */
  readonly end: JobCondition | undefined;
}

/** `status`: as this round has left it so far. */
export function trackPods(
  view: JobView,
  { status, end }: { status: JobStatus; end: JobCondition | undefined },
): Tracking {
  const { job, pods, indexes } = view;
  const tracked = pods.filter(hasTrackingFinalizer);
  const counted = countReleased(status, new Set(tracked.map(({ metadata }) => metadata.uid ?? '')));
  const succeeded = [...(counted.uncountedTerminatedPods?.succeeded ?? [])];
  const failed = [...(counted.uncountedTerminatedPods?.failed ?? [])];
  const known = uncountedPods(job);
  let newIndexes = 0;
  const release: Pod[] = [];
  const inOrder =
    indexes === undefined
      ? tracked
      : tracked.toSorted((a, b) => (completionIndex(a) ?? -1) - (completionIndex(b) ?? -1));
  let isFull = false;
  for (const pod of inOrder) {
    const hasFailed = isPodFailed(pod, job);
    if (!mayRelease(view, pod, { hasFailed, end })) continue;
    release.push(pod);
    const uid = pod.metadata.uid ?? '';
    const index = validIndex(pod, job);
    if (pod.status?.phase === 'Succeeded' && !known.failed.includes(uid)) {
      if (indexes === undefined) {
        if (!known.succeeded.includes(uid)) succeeded.push(uid);
      } else if (index !== undefined && !hasIndex(indexes.recorded, index)) newIndexes++;
    } else if (hasFailed || (end !== undefined && end.type !== 'SuccessCriteriaMet')) {
      const belongs = indexes === undefined || index !== undefined;
      if (belongs && !known.failed.includes(uid) && judgeFailure(pod, job).isCounted) failed.push(uid);
    }
    if (newIndexes + succeeded.length + failed.length >= MAX_UNCOUNTED) {
      isFull = true;
      break;
    }
  }
  const next: JobStatus = { ...counted, uncountedTerminatedPods: { succeeded, failed } };
  if (indexes !== undefined) {
    next.succeeded = countIndexes(indexes.succeeded);
    next.completedIndexes = formatIntervals(indexes.succeeded);
    if (indexes.failed !== undefined) next.failedIndexes = formatIntervals(indexes.failed);
    else delete next.failedIndexes;
  }
  return { ...announceEnd(view, next, end), release, ...(isFull ? { end: undefined } : {}) };
}

function mayRelease(
  { job, indexes }: JobView,
  pod: Pod,
  { hasFailed, end }: { hasFailed: boolean; end: JobCondition | undefined },
): boolean {
  if (job.metadata.deletionTimestamp !== undefined || end !== undefined || pod.status?.phase === 'Succeeded')
    return true;
  if (!hasFailed) return false;
  const index = completionIndex(pod);
  return index === undefined || indexes?.held.get(index)?.metadata.uid !== pod.metadata.uid;
}

/** Conditions that say how it will end, before it has. */
function announceEnd(
  { job, now }: JobView,
  status: JobStatus,
  end: JobCondition | undefined,
): { status: JobStatus; end: JobCondition | undefined } {
  if (end?.type !== 'FailureTarget' && end?.type !== 'SuccessCriteriaMet') return { status, end };
  const { type, reason = '', message = '' } = end;
  const isKnown = type === 'SuccessCriteriaMet' && trueCondition(job, type) !== undefined;
  const conditions = isKnown ? status.conditions : [...(status.conditions ?? []), end];
  const last = newJobCondition({ type: type === 'FailureTarget' ? 'Failed' : 'Complete', reason, message, now });
  return { status: { ...status, ...(conditions === undefined ? {} : { conditions }) }, end: last };
}

/** Uids whose pods have no finalizer any more become numbers. */
export function countReleased(status: JobStatus, withFinalizer: ReadonlySet<string>): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const stay = (uids: readonly string[]) => uids.filter((uid) => withFinalizer.has(uid));
  const [succeededLeft, failedLeft] = [stay(succeeded), stay(failed)];
  return {
    ...status,
    succeeded: (status.succeeded ?? 0) + succeeded.length - succeededLeft.length,
    failed: (status.failed ?? 0) + failed.length - failedLeft.length,
    uncountedTerminatedPods: { succeeded: succeededLeft, failed: failedLeft },
  };
}

/** Undefined: not yet, there are pods to count or to wait for. */
export function endedStatus(
  status: JobStatus,
  { end, terminating, now }: { end: JobCondition | undefined; terminating: number; now: number },
): JobStatus | undefined {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  if (end === undefined || succeeded.length + failed.length > 0 || terminating > 0) return undefined;
  const { type, reason = '', message = '' } = end;
  const condition = newJobCondition({ type: type === 'Complete' ? 'Complete' : 'Failed', reason, message, now });
  const conditions = [...withJobCondition(status.conditions ?? [], condition)];
  const completionTime = condition.lastTransitionTime ?? '';
  return { ...status, conditions, ...(type === 'Complete' ? { completionTime } : {}) };
}
