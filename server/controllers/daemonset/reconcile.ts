/** One daemon on each node that should have one, none elsewhere; failed ones are replaced. */
import type { DaemonSet, Node, Pod } from '../../client/api-types.ts';
import type { Occurrence } from '../../client/event-writer.ts';
import { isTerminal } from '../pods/phases.ts';
import { scaleIntOrPercent } from '../workload/int-or-percent.ts';
import { isPodAvailable, isPodReady } from '../workload/pod-state.ts';
import { bySeniority, isUpdated, targetNode } from './daemon-pod.ts';
import { eligibilityFor } from './eligible-nodes.ts';

export interface DaemonView {
  readonly owner: DaemonSet;
  /** Of the present template. */
  readonly hash: string;
  readonly nodes: readonly Node[];
  /** Those that it controls, by the node that they are on or for. */
  readonly podsByNode: ReadonlyMap<string, readonly Pod[]>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface DaemonPlan {
  /** Nodes to make a daemon for. */
  readonly create: readonly string[];
  readonly delete: readonly Pod[];
}

export interface ManagePlan extends DaemonPlan {
  readonly events: readonly Occurrence[];
  /** Milliseconds until failed daemons are looked at again; undefined: none waits. */
  readonly wait: number | undefined;
}

/** Milliseconds for which the failed daemon of a node is kept; 0: it may go, and the next one will be kept longer. */
export type FailureDelay = (node: string) => number;

export function groupByNode(pods: readonly Pod[]): Map<string, Pod[]> {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = targetNode(pod);
    if (node === undefined || (isTerminal(pod) && pod.metadata.deletionTimestamp !== undefined)) continue;
    const others = byNode.get(node);
    if (others === undefined) byNode.set(node, [pod]);
    else others.push(pod);
  }
  return byNode;
}

export function planDaemons(view: DaemonView, delayOf: FailureDelay): ManagePlan {
  const { owner, nodes, podsByNode } = view;
  const eligibility = eligibilityFor(owner);
  const create: string[] = [];
  const remove: Pod[] = [];
  const events: Occurrence[] = [];
  const waits: number[] = [];
  for (const node of nodes) {
    const { name = '' } = node.metadata;
    const pods = podsByNode.get(name);
    const { shouldRun, mayStay } = eligibility(node);
    if (pods === undefined) {
      if (shouldRun) create.push(name);
      continue;
    }
    const present = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    if (!mayStay) {
      remove.push(...present);
      continue;
    }
    const running = present.filter((pod) => !isTerminal(pod));
    for (const pod of present.filter(isTerminal)) {
      const hasFailed = pod.status?.phase === 'Failed';
      const delay = hasFailed ? delayOf(name) : 0;
      if (delay > 0) waits.push(delay);
      else {
        remove.push(pod);
        events.push(hasFailed ? failedEvent(pod, name) : succeededEvent(pod, name));
      }
    }
    if (allowsSurge(owner)) {
      if (running.length === 0 && shouldRun) create.push(name);
      if (running.length > 1) remove.push(...surplusWhileSurging(running, view));
    } else remove.push(...running.toSorted(bySeniority).slice(1));
  }
  remove.push(...pendingWithoutNode(view));
  return { create, delete: remove, events, wait: waits.length === 0 ? undefined : Math.min(...waits) };
}

function failedEvent({ metadata }: Pod, node: string): Occurrence {
  const message = `Found failed daemon pod ${metadata.namespace}/${metadata.name} on node ${node}, will try to kill it`;
  return { type: 'Warning', reason: 'FailedDaemonPod', message };
}

function succeededEvent({ metadata }: Pod, node: string): Occurrence {
  const message = `Found succeeded daemon pod ${metadata.namespace}/${metadata.name} on node ${node}, will try to delete it`;
  return { type: 'Normal', reason: 'SucceededDaemonPod', message };
}

/** Of each template the most senior stays; the old one goes when it is no use any more or the new one is. */
function surplusWhileSurging(running: readonly Pod[], { owner, hash, now }: DaemonView): Pod[] {
  const ordered = running.toSorted(bySeniority);
  const isNew = ({ metadata }: Pod) => metadata.labels?.['controller-revision-hash'] === hash;
  const newest = ordered.find(isNew);
  const old = ordered.find((pod) => !isNew(pod));
  const surplus = ordered.filter((pod) => pod !== newest && pod !== old);
  if (newest === undefined || old === undefined) return surplus;
  const { minReadySeconds } = owner.spec ?? {};
  return !isPodReady(old) || isPodAvailable(newest, { minReadySeconds, now }) ? [...surplus, old] : surplus;
}

/** Made for nodes that are gone, before they were assigned: nobody else will end them. */
function pendingWithoutNode({ nodes, podsByNode }: DaemonView): Pod[] {
  const known = new Set(nodes.map(({ metadata }) => metadata.name ?? ''));
  return [...podsByNode].flatMap(([node, pods]) =>
    known.has(node) ? [] : pods.filter(({ spec }) => (spec?.nodeName ?? '') === ''),
  );
}

export function allowsSurge(owner: DaemonSet): boolean {
  return surgeOf(owner, 1) > 0;
}

export function surgeOf({ spec }: DaemonSet, nodes: number): number {
  if (spec?.updateStrategy?.type !== 'RollingUpdate') return 0;
  return scaleIntOrPercent(spec.updateStrategy.rollingUpdate?.maxSurge, { of: nodes, roundUp: true });
}

export function unavailableOf({ spec }: DaemonSet, nodes: number): number {
  if (spec?.updateStrategy?.type !== 'RollingUpdate') return 0;
  return scaleIntOrPercent(spec.updateStrategy.rollingUpdate?.maxUnavailable, { of: nodes, roundUp: true });
}

export type DaemonStatus = NonNullable<DaemonSet['status']>;

export function daemonStatus(view: DaemonView, { isSettled }: { isSettled: boolean }): DaemonStatus {
  const { owner, hash, nodes, podsByNode, now } = view;
  const eligibility = eligibilityFor(owner);
  const { minReadySeconds } = owner.spec ?? {};
  const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, updated: 0, available: 0 };
  for (const node of nodes) {
    const pods = podsByNode.get(node.metadata.name ?? '') ?? [];
    if (!eligibility(node).shouldRun) {
      if (pods.length > 0) counts.misscheduled++;
      continue;
    }
    counts.desired++;
    const [pod] = pods.toSorted(bySeniority);
    if (pod === undefined) continue;
    counts.current++;
    if (isPodReady(pod)) counts.ready++;
    if (isPodAvailable(pod, { minReadySeconds, now })) counts.available++;
    if (isUpdated(pod, { owner, hash })) counts.updated++;
  }
  const { generation = 0 } = owner.metadata;
  return {
    ...owner.status,
    // What is being written does not show yet: the status is not one of the new generation.
    observedGeneration: isSettled ? generation : (owner.status?.observedGeneration ?? 0),
    desiredNumberScheduled: counts.desired,
    currentNumberScheduled: counts.current,
    numberMisscheduled: counts.misscheduled,
    numberReady: counts.ready,
    updatedNumberScheduled: counts.updated,
    numberAvailable: counts.available,
    numberUnavailable: counts.desired - counts.available,
  };
}
