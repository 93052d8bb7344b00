/** What a job does next: end, because of success or failure; else pods to make or to end. */
import type { Job, Pod } from '../../client/api-types.ts';
import { byDeletionOrder } from '../workload/pod-ranking.ts';
import { isPodTerminating, parseTime } from '../workload/pod-state.ts';
import { remainingBackoff, remainingIndexBackoff } from './backoff.ts';
import { type JobCondition, newJobCondition, trueCondition } from './conditions.ts';
import { countIndexes, firstMissing, mergeIntervals, withIndexes } from './intervals.ts';
import { completionIndex, isIndexed, isSuspended, replacesOnlyFailed } from './job-pods.ts';
import type { JobView } from './job-view.ts';
import { jobFailureByPolicy, matchSuccessPolicy } from './policies.ts';

/** Pods that one round makes or ends at most. */
export const MAX_PODS_PER_ROUND = 500;

/** Undefined: it goes on. SuccessCriteriaMet and FailureTarget come before Complete and Failed, which wait for the pods. */
export function decideEnd(view: JobView): JobCondition | undefined {
  const { job, pods, failed, now } = view;
  const met = trueCondition(job, 'SuccessCriteriaMet');
  if (met !== undefined) return met;
  const target = trueCondition(job, 'FailureTarget');
  if (target !== undefined) {
    const { reason = '', message = '' } = target;
    return newJobCondition({ type: 'Failed', reason, message, now });
  }
  const fails = (reason: string, message: string) => newJobCondition({ type: 'FailureTarget', reason, message, now });
  const byPolicy = jobFailureByPolicy(job, pods);
  if (byPolicy !== undefined) return fails('PodFailurePolicy', byPolicy);
  const { backoffLimit = 6, maxFailedIndexes, completions = 0 } = job.spec ?? {};
  if (failed > backoffLimit || restartsExceed(job, { pods, backoffLimit })) {
    return fails('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  if (untilDeadline(job, now) === 0) {
    return fails('DeadlineExceeded', 'Job was active longer than specified deadline');
  }
  const { indexes } = view;
  if (indexes === undefined) return undefined;
  const failedIndexes = countIndexes(indexes.failed ?? []);
  if (maxFailedIndexes !== undefined && failedIndexes > maxFailedIndexes) {
    return fails('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  }
  if (failedIndexes > 0 && failedIndexes + countIndexes(indexes.succeeded) >= completions) {
    return fails('FailedIndexes', 'Job has failed indexes');
  }
  const rule = matchSuccessPolicy(job, indexes.succeeded);
  if (rule === undefined) return undefined;
  return newJobCondition({ type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message: rule, now });
}

/** Where failed containers start again in their pod, their restarts count instead of pods. */
function restartsExceed(job: Job, { pods, backoffLimit }: { pods: readonly Pod[]; backoffLimit: number }): boolean {
  if (job.spec?.template.spec?.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    for (const each of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
      restarts += each.restartCount;
  }
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}

/** Milliseconds left; undefined: there is no deadline, or it does not run. */
export function untilDeadline(job: Job, now: number): number | undefined {
  const seconds = job.spec?.activeDeadlineSeconds;
  const start = parseTime(job.status?.startTime);
  if (seconds === undefined || start === undefined || isSuspended(job)) return undefined;
  return Math.max(0, start + seconds * 1000 - now);
}

/** All that it is asked for has succeeded. */
export function isDone({ job, succeeded }: JobView, active: number): boolean {
  const { completions } = job.spec ?? {};
  if (active > 0) return false;
  return completions === undefined ? succeeded > 0 : succeeded >= completions;
}

export interface JobPodsPlan {
  readonly delete: readonly Pod[];
  /** Of each pod to make its index, if it has one. */
  readonly create: ReadonlyArray<number | undefined>;
  /** Milliseconds until more may be made. */
  readonly wait: number;
}

const nothing: JobPodsPlan = { delete: [], create: [], wait: 0 };

export function planJobPods(view: JobView): JobPodsPlan {
  const { job, active, terminating, now } = view;
  if (isSuspended(job)) return { ...nothing, delete: podsToRemove(view, active.length) };
  const wanted = wantedActive(view);
  const surplus = podsToRemove(view, Math.max(0, active.length - wanted)).slice(0, MAX_PODS_PER_ROUND);
  if (surplus.length > 0) return { ...nothing, delete: surplus };
  const missing = wanted - active.length - (replacesOnlyFailed(job) ? terminating : 0);
  if (missing <= 0) return nothing;
  const hasOwnLimits = view.indexes?.failed !== undefined;
  const wait = hasOwnLimits ? 0 : remainingBackoff(view.backoff, now);
  if (wait > 0) return { ...nothing, wait };
  const count = Math.min(missing, MAX_PODS_PER_ROUND);
  if (view.indexes === undefined) return { ...nothing, create: new Array<undefined>(count).fill(undefined) };
  const indexes = pendingIndexes(view, count);
  if (!hasOwnLimits) return { ...nothing, create: indexes };
  const waits = new Map(indexes.map((index) => [index, remainingIndexBackoff(view.indexes?.held.get(index), now)]));
  const due = indexes.filter((index) => waits.get(index) === 0);
  return due.length > 0 || indexes.length === 0
    ? { ...nothing, create: due }
    : { ...nothing, wait: Math.min(...waits.values()) };
}

function wantedActive({ job, active, succeeded }: JobView): number {
  const { completions, parallelism = 1 } = job.spec ?? {};
  // Without a number of completions, the first success says that there is no more work.
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

function pendingIndexes({ job, pods, active, indexes }: JobView, count: number): number[] {
  const taken = replacesOnlyFailed(job) ? [...active, ...pods.filter(isPodTerminating)] : active;
  const done = mergeIntervals(indexes?.succeeded ?? [], indexes?.failed ?? []);
  const occupied = withIndexes(
    done,
    taken.flatMap((pod) => completionIndex(pod) ?? []),
  );
  return firstMissing(occupied, { count, completions: job.spec?.completions ?? 0 });
}

/** At least that many, and those of an index that another has or that the job has not. */
function podsToRemove({ job, active }: JobView, atLeast: number): Pod[] {
  const order = byDeletionOrder();
  if (!isIndexed(job)) return active.toSorted(order).slice(0, atLeast);
  const completions = job.spec?.completions ?? 0;
  const byIndex = Map.groupBy(active, completionIndex);
  const remove: Pod[] = [];
  const left: Pod[] = [];
  for (const [index, pods] of byIndex) {
    if (index === undefined || index >= completions) remove.push(...pods);
    else {
      const ordered = pods.toSorted(order);
      remove.push(...ordered.slice(0, -1));
      left.push(...ordered.slice(-1));
    }
  }
  return [...remove, ...left.toSorted(order).slice(0, Math.max(0, atLeast - remove.length))];
}
