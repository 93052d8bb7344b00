/** What the status of a pod comes to. */
import type { Pod } from '../../client/api-types.ts';
import { isTerminal } from '../pods/phases.ts';

type PodCondition = NonNullable<NonNullable<Pod['status']>['conditions']>[number];

const noConditions: readonly PodCondition[] = [];

export function podCondition(pod: Pod, type: string): PodCondition | undefined {
  // A loop: large workloads ask this of thousands of pods in every round.
  for (const condition of pod.status?.conditions ?? noConditions) if (condition.type === type) return condition;
  return undefined;
}

export function isPodReady(pod: Pod): boolean {
  return podCondition(pod, 'Ready')?.status === 'True';
}

/** Milliseconds since the epoch; undefined: it is not ready, or does not say since when. */
export function readySince(pod: Pod): number | undefined {
  const condition = podCondition(pod, 'Ready');
  return condition?.status === 'True' ? parseTime(condition.lastTransitionTime) : undefined;
}

/** Ready for so long that it counts. `now` in milliseconds since the epoch. */
export function isPodAvailable(
  pod: Pod,
  { minReadySeconds = 0, now }: { minReadySeconds?: number | undefined; now: number },
): boolean {
  if (minReadySeconds === 0) return isPodReady(pod);
  const since = readySince(pod);
  return since !== undefined && since + minReadySeconds * 1000 <= now;
}

/** Milliseconds until the next of the pods that are ready becomes available; undefined: none will. */
export function untilNextAvailable(
  pods: readonly Pod[],
  { minReadySeconds = 0, now }: { minReadySeconds?: number | undefined; now: number },
): number | undefined {
  if (minReadySeconds === 0) return undefined;
  const waits = pods
    .map((pod) => (readySince(pod) ?? Number.NEGATIVE_INFINITY) + minReadySeconds * 1000 - now)
    .filter((wait) => wait > 0);
  return waits.length === 0 ? undefined : Math.min(...waits);
}

export function isPodActive(pod: Pod): boolean {
  return !isTerminal(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Asked to go, and not yet at its end. */
export function isPodTerminating(pod: Pod): boolean {
  return !isTerminal(pod) && pod.metadata.deletionTimestamp !== undefined;
}

/** Milliseconds since the epoch; undefined for no time. */
export function parseTime(time: string | null | undefined): number | undefined {
  return time === undefined || time === null || time === '' ? undefined : Date.parse(time);
}
