/** How long a job waits before it replaces pods that failed: 10 s, doubled with each failure since the last success, at most 10 min. */
import type { Pod } from '../../client/api-types.ts';
import { failuresBefore, finishedAt } from './job-pods.ts';

const FIRST_MS = 10_000;
const MOST_MS = 600_000;

export interface Backoff {
  /** Since the last success. */
  readonly failures: number;
  /** Milliseconds since the epoch. */
  readonly lastFailureAt: number;
}

export const noBackoff: Backoff = { failures: 0, lastFailureAt: 0 };

/** With pods that have finished since. */
export function nextBackoff(
  before: Backoff,
  { succeeded, failed }: { succeeded: readonly Pod[]; failed: readonly Pod[] },
): Backoff {
  const failures = failed.map(finishedAt);
  if (succeeded.length === 0) {
    if (failures.length === 0) return before;
    return { failures: before.failures + failures.length, lastFailureAt: Math.max(...failures) };
  }
  const lastSuccessAt = Math.max(...succeeded.map(finishedAt));
  const after = failures.filter((time) => time > lastSuccessAt);
  return after.length === 0 ? noBackoff : { failures: after.length, lastFailureAt: Math.max(...after) };
}

/** Milliseconds. */
export function remainingBackoff({ failures, lastFailureAt }: Backoff, now: number): number {
  if (failures === 0) return 0;
  const whole = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16));
  return Math.max(0, whole - (now - lastFailureAt));
}

/** Of one index, after its last pod. */
export function remainingIndexBackoff(lastFailed: Pod | undefined, now: number): number {
  if (lastFailed === undefined) return 0;
  const { counted, ignored } = failuresBefore(lastFailed);
  return remainingBackoff({ failures: counted + ignored + 1, lastFailureAt: finishedAt(lastFailed) }, now);
}
