/** Which of several pods goes first when there are too many. */
import type { Pod } from '../../client/api-types.ts';
import { isPodReady, parseTime, readySince } from './pod-state.ts';

export interface PodRanking {
  /** How many related pods the node of this one has: those on crowded nodes go first. */
  readonly crowd?: (pod: Pod) => number;
  /** Milliseconds since the epoch: ages are compared by their order of magnitude, so that not always the newest go. */
  readonly now?: number;
}

type Comparison = (a: Pod, b: Pod) => number;

const phases = ['Pending', 'Unknown', 'Running'];

/** Those to be deleted first come first. */
export function byDeletionOrder({ crowd, now }: PodRanking = {}): Comparison {
  const ranked = crowd !== undefined;
  const comparisons: Comparison[] = [
    (a, b) => Number(isAssigned(a)) - Number(isAssigned(b)),
    (a, b) => phaseOf(a) - phaseOf(b),
    (a, b) => Number(isPodReady(a)) - Number(isPodReady(b)),
    ...(ranked ? [(a: Pod, b: Pod) => deletionCost(a) - deletionCost(b), (a: Pod, b: Pod) => crowd(b) - crowd(a)] : []),
    (a, b) => (isPodReady(a) && isPodReady(b) ? compareAges(readySince(a), readySince(b), { a, b, now }) : 0),
    (a, b) => restartsOf(b).regular - restartsOf(a).regular || restartsOf(b).sidecars - restartsOf(a).sidecars,
    (a, b) => compareAges(createdAt(a), createdAt(b), { a, b, now }),
  ];
  return (a, b) => {
    for (const compare of comparisons) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function isAssigned({ spec }: Pod): boolean {
  return (spec?.nodeName ?? '') !== '';
}

function phaseOf({ status }: Pod): number {
  return Math.max(0, phases.indexOf(status?.phase ?? ''));
}

function deletionCost({ metadata }: Pod): number {
  const text = metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'];
  return text !== undefined && /^(0|[+-]?[1-9][0-9]*)$/.test(text) ? Number(text) : 0;
}

function createdAt({ metadata }: Pod): number | undefined {
  return parseTime(metadata.creationTimestamp);
}

/** Younger ones first; unknown ages before all. */
function compareAges(
  first: number | undefined,
  second: number | undefined,
  { a, b, now }: { a: Pod; b: Pod; now: number | undefined },
): number {
  if (first === second) return 0;
  if (first === undefined) return -1;
  if (second === undefined) return 1;
  if (now === undefined) return second - first;
  const difference = magnitude(now - first) - magnitude(now - second);
  if (difference !== 0) return difference;
  return (a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1;
}

/** Of an age in milliseconds, as upstream takes it of nanoseconds. */
function magnitude(age: number): number {
  return age <= 0 ? -1 : Math.trunc(Math.log2(age * 1_000_000));
}

function restartsOf({ spec, status }: Pod): { regular: number; sidecars: number } {
  const sidecars = new Set(
    (spec?.initContainers ?? []).filter((each) => each.restartPolicy === 'Always').map(({ name }) => name),
  );
  const most = (statuses: ReadonlyArray<{ restartCount: number }>) =>
    Math.max(0, ...statuses.map((each) => each.restartCount));
  return {
    regular: most(status?.containerStatuses ?? []),
    sidecars: most((status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name))),
  };
}
