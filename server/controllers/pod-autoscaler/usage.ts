/** How many replicas a usage calls for: the arithmetic of pod autoscaling over pods with and without figures. Pure. */
import type { Pod } from '../../client/api-types.ts';

/** Upstream: --horizontal-pod-autoscaler-tolerance. */
export const usualTolerance = 0.1;
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
    if (pod.metadata.deletionTimestamp !== undefined || phase === 'Failed') continue;
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

/** How far a ratio of use to target may be off before anything is done. */
export interface Tolerance {
  readonly down: number;
  readonly up: number;
}

export interface ReplicaInputs {
  readonly current: number;
  readonly groups: PodGroups;
  readonly figureOf: (pod: Pod) => number;
  /** What the pod asks for, or should use. */
  readonly baseOf: (pod: Pod) => number;
  /** Of use to target, from the sums over some pods. */
  readonly ratioOf: (used: number, base: number, count: number) => number;
  /** What a pod without a figure is taken to use where fewer would be called for. */
  readonly fullOf: (pod: Pod) => number;
  readonly tolerance: Tolerance;
}

export interface ReplicaResult {
  readonly replicas: number;
  /** Of the pods with figures. */
  readonly ratio: number;
}

/** @throws Error where no figure counts: nothing is called for then */
export function replicasFor(inputs: ReplicaInputs): ReplicaResult {
  const { current, groups, figureOf, fullOf, tolerance } = inputs;
  const { ready, unready, missing } = groups;
  if (ready.length === 0) throw new Error('did not receive metrics for targeted pods (pods might be unready)');
  const ratio = ratioOfAll(inputs, ready, figureOf);
  const scalesUp = ratio > 1;
  if (missing.length === 0 && (unready.length === 0 || !scalesUp)) {
    return { replicas: isNear(ratio, tolerance) ? current : Math.ceil(ratio * ready.length), ratio };
  }
  // Those nobody knows of count against a change: fully used where it would shrink, idle where it would grow.
  const idle = new Set(scalesUp ? [...missing, ...unready] : []);
  const full = new Set(ratio < 1 ? missing : []);
  const assumed = [...ready, ...idle, ...full];
  const cautious = ratioOfAll(inputs, assumed, (pod) =>
    idle.has(pod) ? 0 : full.has(pod) ? fullOf(pod) : figureOf(pod),
  );
  const turned = (ratio < 1 && cautious > 1) || (ratio > 1 && cautious < 1);
  if (isNear(cautious, tolerance) || turned) return { replicas: current, ratio };
  const replicas = Math.ceil(cautious * assumed.length);
  const isOpposite = (cautious < 1 && replicas > current) || (cautious > 1 && replicas < current);
  return { replicas: isOpposite ? current : replicas, ratio };
}

function ratioOfAll({ ratioOf, baseOf }: ReplicaInputs, pods: readonly Pod[], usedBy: (pod: Pod) => number): number {
  const sum = (read: (pod: Pod) => number) => pods.reduce((total, pod) => total + read(pod), 0);
  return ratioOf(sum(usedBy), sum(baseOf), pods.length);
}

export interface TotalInputs {
  /** What the target wants, what it has, and how many of these are ready. */
  readonly current: number;
  readonly present: number;
  readonly ready: number;
  readonly perReplica: boolean;
  readonly tolerance: Tolerance;
}

/** Of one figure for all replicas. */
export function replicasForTotal(
  total: number,
  target: number,
  { current, present, ready, perReplica, tolerance }: TotalInputs,
): number {
  if (perReplica) {
    const ratio = total / (target * present);
    return isNear(ratio, tolerance) ? present : Math.ceil(total / target);
  }
  const ratio = total / target;
  // From nothing it begins with as many as the figure alone calls for.
  if (current === 0) return Math.ceil(ratio);
  return isNear(ratio, tolerance) ? current : Math.ceil(ratio * ready);
}

function isNear(ratio: number, { down, up }: Tolerance): boolean {
  return 1 - down <= ratio && ratio <= 1 + up;
}
