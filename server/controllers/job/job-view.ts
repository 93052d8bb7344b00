/** A job and its pods, counted: what decisions are made on. */
import type { Job, Pod } from '../../client/api-types.ts';
import { isPodActive, isPodReady, isPodTerminating } from '../workload/pod-state.ts';
import { type Backoff, nextBackoff } from './backoff.ts';
import { countIndexes, hasIndex, type Intervals, parseIntervals, withIndexes } from './intervals.ts';
import {
  completionIndex,
  failuresBefore,
  finishedAt,
  hasTrackingFinalizer,
  isIndexed,
  isPodFailed,
  limitsEachIndex,
  validIndex,
} from './job-pods.ts';
import { failsItsIndex, judgeFailure } from './policies.ts';

export interface JobView {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: number;
  /** In all, with those that are not in the status yet. */
  readonly succeeded: number;
  readonly failed: number;
  readonly indexes: IndexView | undefined;
  readonly backoff: Backoff;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface IndexView {
  /** As the status has them. */
  readonly recorded: Intervals;
  readonly succeeded: Intervals;
  /** Undefined: they have no limit of their own. */
  readonly failed: Intervals | undefined;
  /** The last failed pod of each index that waits for another: it stays until that is made, for it holds the count. */
  readonly held: ReadonlyMap<number, Pod>;
}

export interface UncountedPods {
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
}

/** Whose end is in the status by uid, before they are in the counts. */
export function uncountedPods({ status }: Job): UncountedPods {
  const { succeeded = [], failed = [] } = status?.uncountedTerminatedPods ?? {};
  return { succeeded, failed };
}

export function viewJob(
  job: Job,
  { pods, backoff, now }: { pods: readonly Pod[]; backoff: Backoff; now: number },
): JobView {
  const uncounted = uncountedPods(job);
  const active = pods.filter(isPodActive);
  const isFresh = (pod: Pod, known: readonly string[]) =>
    hasTrackingFinalizer(pod) &&
    !known.includes(pod.metadata.uid ?? '') &&
    (!isIndexed(job) || validIndex(pod, job) !== undefined);
  const newSucceeded = pods.filter((pod) => isFresh(pod, uncounted.succeeded) && pod.status?.phase === 'Succeeded');
  const newFailed = pods.filter((pod) => isFresh(pod, uncounted.failed) && isPodFailed(pod, job));
  const indexes = isIndexed(job) ? viewIndexes(job, { pods, active }) : undefined;
  const { succeeded = 0, failed = 0 } = job.status ?? {};
  return {
    job,
    pods,
    active,
    ready: active.filter(isPodReady).length,
    terminating: pods.filter(isPodTerminating).length,
    succeeded:
      indexes === undefined
        ? succeeded + newSucceeded.length + uncounted.succeeded.length
        : countIndexes(indexes.succeeded),
    failed: failed + newFailed.filter((pod) => judgeFailure(pod, job).isCounted).length + uncounted.failed.length,
    indexes,
    backoff: nextBackoff(backoff, { succeeded: newSucceeded, failed: newFailed }),
    now,
  };
}

function viewIndexes(job: Job, { pods, active }: { pods: readonly Pod[]; active: readonly Pod[] }): IndexView {
  const completions = job.spec?.completions ?? 0;
  const recorded = parseIntervals(job.status?.completedIndexes, completions);
  const uncountedIndexes = (is: (pod: Pod) => boolean) =>
    pods.filter((pod) => hasTrackingFinalizer(pod) && is(pod)).flatMap((pod) => validIndex(pod, job) ?? []);
  const succeeded = withIndexes(
    recorded,
    uncountedIndexes(({ status }) => status?.phase === 'Succeeded'),
  );
  if (!limitsEachIndex(job)) return { recorded, succeeded, failed: undefined, held: new Map() };
  const failed = withIndexes(
    parseIntervals(job.status?.failedIndexes, completions),
    uncountedIndexes((pod) => failsItsIndex(pod, job)),
  );
  return { recorded, succeeded, failed, held: heldPods(job, { pods, active, succeeded, failed }) };
}

function heldPods(
  job: Job,
  {
    pods,
    active,
    succeeded,
    failed,
  }: { pods: readonly Pod[]; active: readonly Pod[]; succeeded: Intervals; failed: Intervals },
): Map<number, Pod> {
  const running = new Set(active.map(completionIndex));
  const held = new Map<number, Pod>();
  const failures = (pod: Pod) => failuresBefore(pod).counted + failuresBefore(pod).ignored;
  for (const pod of pods) {
    const index = validIndex(pod, job);
    if (index === undefined || !hasTrackingFinalizer(pod) || !isPodFailed(pod, job)) continue;
    if (running.has(index) || hasIndex(succeeded, index) || hasIndex(failed, index)) continue;
    const last = held.get(index);
    if (last === undefined || (failures(last) <= failures(pod) && finishedAt(pod) >= finishedAt(last))) {
      held.set(index, pod);
    }
  }
  return held;
}
