/** How many replicas a usage calls for: the arithmetic of pod autoscaling over pods with and without figures. Pure. */
import type { Pod } from '../../client/api-types.ts';

/** The part by which a ratio may be off before anything is done; upstream: --horizontal-pod-autoscaler-tolerance. */
const tolerance = 0.1;
/** Milliseconds in which a pod that has just begun may burn CPU without meaning anything, and in which it counts as not ready yet. */
const cpuInitialization = 5 * 60_000;
const initialReadiness = 30_000;

export interface Figure {
  readonly value: number;
  /** Milliseconds since the epoch, and over how many it was measured. */
  readonly at: number;
  readonly window: number;
}

export interface PodGroups {
  readonly ready: readonly Pod[];
  /** Too young for their figures to count. */
  readonly unready: readonly Pod[];
  /** Without figures. */
  readonly missing: readonly Pod[];
}

export function groupPods(
  pods: readonly Pod[],
  figures: ReadonlyMap<string, Figure>,
  { isCpu, now }: { readonly isCpu: boolean; readonly now: number },
): PodGroups {
  const groups = { ready: [] as Pod[], unready: [] as Pod[], missing: [] as Pod[] };
  for (const pod of pods) {
    const phase = pod.status?.phase;
    if (pod.metadata.deletionTimestamp !== undefined || phase === 'Failed' || phase === 'Succeeded') continue;
    const figure = figures.get(pod.metadata.name ?? '');
    if (phase === 'Pending') groups.unready.push(pod);
    else if (figure === undefined) groups.missing.push(pod);
    else if (isCpu && isYoung(pod, figure, now)) groups.unready.push(pod);
    else groups.ready.push(pod);
  }
  return groups;
}

function isYoung({ status }: Pod, figure: Figure, now: number): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const started = Date.parse(status?.startTime ?? '');
  const changed = Date.parse(ready?.lastTransitionTime ?? '');
  if (ready === undefined || Number.isNaN(started)) return true;
  if (started + cpuInitialization > now) return ready.status === 'False' || figure.at < changed + figure.window;
  return ready.status === 'False' && started + initialReadiness > changed;
}

export interface ReplicaInputs {
  readonly current: number;
  readonly groups: PodGroups;
  readonly figureOf: (pod: Pod) => number;
  /** What the pod should use. */
  readonly targetOf: (pod: Pod) => number;
}

export interface ReplicaResult {
  readonly replicas: number;
  /** Of what the pods with figures should use, what they do. */
  readonly ratio: number;
}

export function replicasFor({ current, groups, figureOf, targetOf }: ReplicaInputs): ReplicaResult {
  const { ready, unready, missing } = groups;
  const ratioOf = (parts: ReadonlyArray<readonly [used: number, wanted: number]>) => {
    const sum = (index: 0 | 1) => parts.reduce((total, part) => total + part[index], 0);
    return sum(1) === 0 ? 0 : sum(0) / sum(1);
  };
  const known = ready.map((pod) => [figureOf(pod), targetOf(pod)] as const);
  const ratio = ratioOf(known);
  const scalesUp = ratio > 1;
  if (missing.length === 0 && (unready.length === 0 || !scalesUp)) {
    return { replicas: isNear(ratio) ? current : Math.ceil(ratio * ready.length), ratio };
  }
  // Those nobody knows of count against a change: fully used where it would shrink, idle where it would grow.
  const assumed = [
    ...known,
    ...missing.map((pod) => [scalesUp ? 0 : targetOf(pod), targetOf(pod)] as const),
    ...(scalesUp ? unready.map((pod) => [0, targetOf(pod)] as const) : []),
  ];
  const cautious = ratioOf(assumed);
  const turned = (ratio < 1 && cautious > 1) || (ratio > 1 && cautious < 1);
  if (isNear(cautious) || turned) return { replicas: current, ratio };
  const replicas = Math.ceil(cautious * assumed.length);
  const isOpposite = (cautious < 1 && replicas > current) || (cautious > 1 && replicas < current);
  return { replicas: isOpposite ? current : replicas, ratio };
}

/** Of one figure for all replicas. */
export function replicasForTotal(
  total: number,
  target: number,
  { current, perReplica }: { readonly current: number; readonly perReplica: boolean },
): number {
  const ratio = perReplica ? total / (target * Math.max(1, current)) : total / target;
  if (isNear(ratio)) return current;
  return perReplica ? Math.ceil(total / target) : Math.ceil(ratio * Math.max(1, current));
}

function isNear(ratio: number): boolean {
  return Math.abs(1 - ratio) <= tolerance;
}
