/** Pods of a stateful set in their order: made from the first on, ended from the last, updated one after the other. */
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../../client/api-types.ts';
import { scaleIntOrPercent } from '../workload/int-or-percent.ts';
import { isPodAvailable, isPodReady } from '../workload/pod-state.ts';
import { claimsOf, isOwnedAsWanted, waitsForOldClaims } from './claims.ts';
import { isInRange, ordinalOf, replicasOf, startOrdinal } from './ordinals.ts';
import { hasIdentity, hasStorage, newStatefulPod, revisionOf, type Revisions } from './stateful-pod.ts';

export interface StatefulView {
  readonly set: StatefulSet;
  /** All that it controls. */
  readonly pods: readonly Pod[];
  readonly revisions: Revisions;
  readonly claimNamed: (name: string) => PersistentVolumeClaim | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type StatefulAction =
  /** With its claims. */
  | { readonly kind: 'create'; readonly pod: Pod }
  /** Claims that a pod waits for. */
  | { readonly kind: 'make-claims'; readonly pod: Pod }
  /** Name, labels, volumes, owners of claims. */
  | { readonly kind: 'correct'; readonly pod: Pod }
  | { readonly kind: 'own-claims'; readonly pod: Pod }
  | { readonly kind: 'delete'; readonly pod: Pod };

export interface StatefulPlan {
  readonly actions: readonly StatefulAction[];
  /** Pods of the current revision that the update ends now. */
  readonly updating: number;
}

/** Whether the plan goes on after a step: in order, most steps have to show before the next is taken. */
type Step = 'next' | 'stop';

export function planPods(view: StatefulView): StatefulPlan {
  const { set } = view;
  if (set.metadata.deletionTimestamp !== undefined) return { actions: [], updating: 0 };
  const inOrder = set.spec?.podManagementPolicy !== 'Parallel';
  const actions: StatefulAction[] = [];
  const replicas = replicasInOrder(view);
  const condemned = condemnedPods(view);
  const isStopped = (step: Step) => step === 'stop' && inOrder;
  for (const pod of replicas) {
    if (isStopped(planReplica(view, { pod, inOrder, actions }))) return { actions, updating: 0 };
  }
  for (const pod of condemned) if (!ownsClaims(view, pod)) actions.push({ kind: 'own-claims', pod });
  const firstUnavailable = [...replicas, ...condemned.toReversed()].find((pod) => isUnavailable(view, pod));
  for (const pod of condemned) {
    if (isStopped(planCondemned(view, { pod, inOrder, actions, firstUnavailable }))) return { actions, updating: 0 };
  }
  if (set.spec?.updateStrategy?.type === 'OnDelete') return { actions, updating: 0 };
  const outdated = planUpdate(view, replicas);
  return {
    actions: [...actions, ...outdated.map((pod) => ({ kind: 'delete', pod }) as const)],
    updating: outdated.length,
  };
}

/** Those that are there, and those to be made. */
function replicasInOrder({ set, pods, revisions }: StatefulView): Pod[] {
  const known = new Map(pods.map((pod) => [ordinalOf(pod), pod]));
  const first = startOrdinal(set);
  return Array.from({ length: replicasOf(set) }, (_, index) => {
    const ordinal = first + index;
    return known.get(ordinal) ?? newStatefulPod(set, { ordinal, revisions });
  });
}

/** Beyond the range; the highest first. */
function condemnedPods({ set, pods }: StatefulView): Pod[] {
  const beyond = pods.filter((pod) => ordinalOf(pod) >= 0 && !isInRange(set, ordinalOf(pod)));
  return beyond.toSorted((a, b) => ordinalOf(b) - ordinalOf(a));
}

interface ReplicaStep {
  readonly pod: Pod;
  readonly inOrder: boolean;
  readonly actions: StatefulAction[];
}

function planReplica(view: StatefulView, { pod, inOrder, actions }: ReplicaStep): Step {
  const { set, now } = view;
  const phase = pod.status?.phase ?? '';
  if (phase === 'Failed' || phase === 'Succeeded') {
    if (!isGoing(pod)) actions.push({ kind: 'delete', pod });
    return 'stop';
  }
  if (phase === '') {
    if (!waitsForOldClaims(set, { pod, known: claimsThere(view, pod) })) actions.push({ kind: 'create', pod });
    return 'stop';
  }
  if (phase === 'Pending') actions.push({ kind: 'make-claims', pod });
  const isUp = isRunningAndReady(pod) && isPodAvailable(pod, { minReadySeconds: set.spec?.minReadySeconds, now });
  if (inOrder && (isGoing(pod) || !isUp)) return 'stop';
  if (!hasIdentity(set, pod) || !hasStorage(set, pod) || !ownsClaims(view, pod)) actions.push({ kind: 'correct', pod });
  return 'next';
}

function planCondemned(
  view: StatefulView,
  { pod, inOrder, actions, firstUnavailable }: ReplicaStep & { readonly firstUnavailable: Pod | undefined },
): Step {
  if (isGoing(pod)) return 'stop';
  const { set, now } = view;
  const isUp = isRunningAndReady(pod) && isPodAvailable(pod, { minReadySeconds: set.spec?.minReadySeconds, now });
  // Of several that are not well, the one that began with it may go.
  if (inOrder && !isUp && pod !== firstUnavailable) return 'stop';
  actions.push({ kind: 'delete', pod });
  return 'stop';
}

/** Which pods of other revisions end now: from the last to the partition, as long as what is above is well. */
function planUpdate(view: StatefulView, replicas: readonly Pod[]): Pod[] {
  const { set, revisions } = view;
  const { partition = 0, maxUnavailable } = set.spec?.updateStrategy?.rollingUpdate ?? {};
  const isOutdated = (pod: Pod) => revisionOf(pod) !== revisions.update.metadata.name && !isGoing(pod);
  const fromLast = replicas.slice(partition).toReversed();
  if (maxUnavailable !== undefined) {
    const most = Math.max(1, scaleIntOrPercent(maxUnavailable, { of: replicasOf(set), roundUp: false }));
    const missing = replicas.filter((pod) => isUnavailable(view, pod)).length;
    return fromLast.filter(isOutdated).slice(0, Math.max(0, most - missing));
  }
  for (const pod of fromLast) {
    if (isOutdated(pod)) return [pod];
    if (isUnavailable(view, pod)) return [];
  }
  return [];
}

function claimsThere({ set, claimNamed }: StatefulView, pod: Pod): PersistentVolumeClaim[] {
  return claimsOf(set, pod).flatMap(({ metadata }) => claimNamed(metadata.name ?? '') ?? []);
}

/** Those that are missing will be looked at when they are there. */
function ownsClaims(view: StatefulView, pod: Pod): boolean {
  return claimsThere(view, pod).every((claim) => isOwnedAsWanted(claim, view.set, pod));
}

function isGoing({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function isRunningAndReady(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && isPodReady(pod);
}

function isUnavailable({ set, now }: StatefulView, pod: Pod): boolean {
  return isGoing(pod) || !isPodAvailable(pod, { minReadySeconds: set.spec?.minReadySeconds, now });
}

export type StatefulStatus = NonNullable<StatefulSet['status']>;

export function statefulStatus(
  { set, pods, revisions, now }: StatefulView,
  { updating, collisionCount }: { updating: number; collisionCount: number },
): StatefulStatus {
  const { minReadySeconds, updateStrategy } = set.spec ?? {};
  const present = pods.filter((pod) => (pod.status?.phase ?? '') !== '');
  const ready = pods.filter(isRunningAndReady);
  const staying = present.filter((pod) => !isGoing(pod)).map(revisionOf);
  const [currentRevision, updateRevision] = [
    revisions.current.metadata.name ?? '',
    revisions.update.metadata.name ?? '',
  ];
  const status: StatefulStatus = {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: present.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isPodAvailable(pod, { minReadySeconds, now })).length,
    currentReplicas: staying.filter((name) => name === currentRevision).length - updating,
    updatedReplicas: staying.filter((name) => name === updateRevision).length,
    currentRevision,
    updateRevision,
    collisionCount,
  };
  const wanted = replicasOf(set);
  const isUpdated = [status.updatedReplicas, status.readyReplicas, status.replicas].every((count) => count === wanted);
  if (updateStrategy?.type !== 'RollingUpdate' || !isUpdated) return status;
  return { ...status, currentReplicas: wanted, currentRevision: updateRevision };
}
