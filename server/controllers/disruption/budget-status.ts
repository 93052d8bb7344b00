/** The status of a PodDisruptionBudget: how many of its pods may go now. Pure. */
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { Condition, Pod, PodDisruptionBudget } from '../../client/api-types.ts';
import { isReady } from '../pods/phases.ts';

type Status = NonNullable<PodDisruptionBudget['status']>;

/** Milliseconds that an evicted pod has until its deletion shows; then the eviction counts as failed. */
export const deletionTimeout = 2 * 60_000;

export interface BudgetInputs {
  readonly budget: PodDisruptionBudget;
  readonly pods: readonly Pod[];
  /** Replicas that the owners of the pods want in all; undefined: minAvailable is a plain number. */
  readonly expectedScale: number | undefined;
  readonly now: number;
}

export interface BudgetResult {
  readonly status: Status;
  /** Pods whose eviction has come to nothing. */
  readonly notDeleted: readonly Pod[];
  /** Milliseconds after which it has to be looked at again. */
  readonly recheckAfter: number | undefined;
}

/** Whether the owners' replicas have to be known. */
export function needsScale({ spec }: PodDisruptionBudget): boolean {
  return spec?.maxUnavailable !== undefined || typeof spec?.minAvailable === 'string';
}

export function budgetStatus({ budget, pods, expectedScale, now }: BudgetInputs): BudgetResult {
  const { spec, status, metadata } = budget;
  const expectedPods = needsScale(budget) ? (expectedScale ?? 0) : spec?.minAvailable === undefined ? 0 : pods.length;
  const desiredHealthy =
    spec?.maxUnavailable !== undefined
      ? Math.max(0, expectedPods - scaled(spec.maxUnavailable, expectedPods))
      : scaled(spec?.minAvailable ?? 0, expectedPods);
  const disruptedPods: Record<string, string> = {};
  const notDeleted: Pod[] = [];
  let recheckAfter: number | undefined;
  for (const pod of pods) {
    const { name = '', deletionTimestamp } = pod.metadata;
    const since =
      status?.disruptedPods !== undefined && Object.hasOwn(status.disruptedPods, name)
        ? status.disruptedPods[name]
        : undefined;
    if (since === undefined || deletionTimestamp !== undefined) continue;
    const left = Date.parse(since) + deletionTimeout - now;
    if (left < 0) {
      notDeleted.push(pod);
      continue;
    }
    disruptedPods[name] = since;
    recheckAfter = Math.min(recheckAfter ?? left, left);
  }
  const isHealthy = (pod: Pod) =>
    pod.metadata.deletionTimestamp === undefined &&
    !Object.hasOwn(disruptedPods, pod.metadata.name ?? '') &&
    isReady(pod);
  const currentHealthy = pods.filter(isHealthy).length;
  const disruptionsAllowed = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const { generation } = metadata;
  const condition = allowedCondition(status?.conditions ?? [], { disruptionsAllowed, generation, now });
  return {
    status: {
      ...(Object.keys(disruptedPods).length === 0 ? {} : { disruptedPods }),
      disruptionsAllowed,
      currentHealthy,
      desiredHealthy,
      expectedPods,
      observedGeneration: generation,
      conditions: condition,
    },
    notDeleted,
    recheckAfter,
  };
}

/** What an eviction meets while nobody can tell how many may go. */
export function failedStatus({ status, metadata }: PodDisruptionBudget, message: string, now: number): Status {
  const conditions = allowedCondition(status?.conditions ?? [], {
    disruptionsAllowed: 0,
    generation: status?.observedGeneration ?? metadata.generation,
    now,
    failure: message,
  });
  return { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, ...status, disruptionsAllowed: 0, conditions };
}

function allowedCondition(
  conditions: readonly Condition[],
  parts: {
    readonly disruptionsAllowed: number;
    readonly generation: number | undefined;
    readonly now: number;
    readonly failure?: string;
  },
): Condition[] {
  const { disruptionsAllowed, generation, now, failure } = parts;
  const type = 'DisruptionAllowed';
  const status = disruptionsAllowed > 0 ? 'True' : 'False';
  const reason = failure !== undefined ? 'SyncFailed' : disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods';
  const old = conditions.find((condition) => condition.type === type);
  const lastTransitionTime = old?.status === status ? old.lastTransitionTime : formatTime(now);
  const made = { type, status, observedGeneration: generation, lastTransitionTime, reason, message: failure ?? '' };
  return [...conditions.filter((condition) => condition.type !== type), made];
}

/** Percentages are rounded up. */
function scaled(value: number | string, total: number): number {
  if (typeof value === 'number') return value;
  const percent = /^([0-9]+)%$/.exec(value);
  if (percent === null) throw new Error(`invalid value for IntOrString: invalid type: string is not a percentage`);
  return Math.ceil((Number(percent[1]) * total) / 100);
}
