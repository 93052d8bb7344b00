/** How many pods to make, which to end, and what the status comes to. */
import { selectorFromSet } from '../../apimachinery/labels/selector.ts';
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { Pod } from '../../client/api-types.ts';
import { byDeletionOrder } from '../workload/pod-ranking.ts';
import { isPodActive, isPodAvailable, isPodReady, untilNextAvailable } from '../workload/pod-state.ts';
import type { Replicated, ReplicasStatus } from './replicated.ts';

/** Pods that one round makes or ends at most. */
export const BURST_REPLICAS = 500;

export interface PodsPlan {
  readonly create: number;
  readonly delete: readonly Pod[];
}

export interface PodsView {
  readonly active: readonly Pod[];
  /** Of the same controller's other sets, this one's included: where many of them are, fewer are kept. */
  readonly related: readonly Pod[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function planPods(owner: Replicated, { active, related, now }: PodsView): PodsPlan {
  const missing = replicasOf(owner) - active.length;
  if (missing >= 0) return { create: Math.min(missing, BURST_REPLICAS), delete: [] };
  const count = Math.min(-missing, BURST_REPLICAS);
  if (count === active.length) return { create: 0, delete: active };
  const onNode = new Map<string, number>();
  for (const pod of related) if (isPodActive(pod)) onNode.set(nodeOf(pod), (onNode.get(nodeOf(pod)) ?? 0) + 1);
  const order = byDeletionOrder({ crowd: (pod) => onNode.get(nodeOf(pod)) ?? 0, now });
  return { create: 0, delete: active.toSorted(order).slice(0, count) };
}

export interface StatusView {
  readonly active: readonly Pod[];
  /** Undefined: not told. */
  readonly terminating: number | undefined;
  /** Why the plan could not be carried out. */
  readonly failure: string | undefined;
  readonly now: number;
}

/** Undefined: it says all that already. */
export function planStatus(
  owner: Replicated,
  { active, terminating, failure, now }: StatusView,
): ReplicasStatus | undefined {
  const { minReadySeconds, template } = owner.spec ?? {};
  const fullLabels = selectorFromSet(template?.metadata?.labels);
  const conditions = conditionsAfter(owner, { active, failure, now });
  const availability = { minReadySeconds, now };
  const counts = { replicas: active.length, fullyLabeledReplicas: 0, readyReplicas: 0, availableReplicas: 0 };
  // One pass: there may be thousands, and every event of one of them comes here.
  for (const pod of active) {
    if (fullLabels.matches(pod.metadata.labels)) counts.fullyLabeledReplicas++;
    if (!isPodReady(pod)) continue;
    counts.readyReplicas++;
    if (isPodAvailable(pod, availability)) counts.availableReplicas++;
  }
  const { generation: observedGeneration = 0 } = owner.metadata;
  const before = owner.status;
  const isSame =
    Object.entries(counts).every(([name, count]) => (before?.[name as keyof typeof counts] ?? 0) === count) &&
    (before?.observedGeneration ?? 0) === observedGeneration &&
    before?.terminatingReplicas === terminating &&
    jsonEquals(before?.conditions ?? [], conditions);
  if (isSame) return undefined;
  return {
    ...counts,
    observedGeneration,
    ...(terminating === undefined ? {} : { terminatingReplicas: terminating }),
    conditions,
  };
}

/** Milliseconds until a pod becomes available without anything else happening. */
export function untilNextLook(
  owner: Replicated,
  { active, now }: { active: readonly Pod[]; now: number },
): number | undefined {
  return untilNextAvailable(active, { minReadySeconds: owner.spec?.minReadySeconds, now });
}

function conditionsAfter(
  owner: Replicated,
  { active, failure, now }: Pick<StatusView, 'active' | 'failure' | 'now'>,
): NonNullable<ReplicasStatus['conditions']> {
  const conditions = owner.status?.conditions ?? [];
  const known = conditions.some(({ type }) => type === replicaFailure);
  if (failure === undefined) return known ? conditions.filter(({ type }) => type !== replicaFailure) : conditions;
  if (known) return conditions;
  const surplus = active.length - replicasOf(owner);
  const reason = surplus < 0 ? 'FailedCreate' : surplus > 0 ? 'FailedDelete' : '';
  const lastTransitionTime = formatTime(now);
  return [...conditions, { type: replicaFailure, status: 'True', reason, message: failure, lastTransitionTime }];
}

const replicaFailure = 'ReplicaFailure';

function replicasOf({ spec }: Replicated): number {
  return spec?.replicas ?? 1;
}

function nodeOf({ spec }: Pod): string {
  return spec?.nodeName ?? '';
}
