/** What the signs of life of a node say, as pure functions. */
import type { Lease, Node } from '../../client/api-types.ts';
import type { Taint } from '../taint-eviction/tolerations.ts';

type NodeCondition = NonNullable<NonNullable<Node['status']>['conditions']>[number];

/** What was seen of a node, by this process's own clock. */
export interface Health {
  /** Monotonic milliseconds of the last sign of life. */
  readonly seenAt: number;
  readonly sign: string;
}

/** It changes with every sign of life that a kubelet gives. */
export function signOf(node: Node, lease: Lease | undefined): string {
  const ready = conditionOf(node, 'Ready');
  return `${ready?.lastHeartbeatTime ?? ''}|${ready?.status ?? ''}|${lease?.spec?.renewTime ?? ''}`;
}

export function nextHealth(before: Health | undefined, sign: string, now: number): Health {
  return before?.sign === sign ? before : { seenAt: now, sign };
}

export function conditionOf({ status }: Node, type: string): NodeCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

const heldConditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** The conditions of a node that has been silent for too long; undefined: they say so already. */
export function unknownConditions(node: Node, now: string): NodeCondition[] | undefined {
  const present = node.status?.conditions ?? [];
  let changed = false;
  const ours = heldConditions.map((type): NodeCondition => {
    const old = present.find((condition) => condition.type === type);
    if (old === undefined) {
      changed = true;
      return {
        type,
        status: 'Unknown',
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
        lastHeartbeatTime: node.metadata.creationTimestamp ?? now,
        lastTransitionTime: now,
      };
    }
    if (old.status === 'Unknown') return old;
    changed = true;
    const message = 'Kubelet stopped posting node status.';
    return { ...old, status: 'Unknown', reason: 'NodeStatusUnknown', message, lastTransitionTime: now };
  });
  if (!changed) return undefined;
  return [...present.filter(({ type }) => !heldConditions.includes(type)), ...ours];
}

const prefix = 'node.kubernetes.io/';
export const notReady = `${prefix}not-ready`;
export const unreachable = `${prefix}unreachable`;
const unschedulable = `${prefix}unschedulable`;

const taintsOfConditions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: notReady, Unknown: unreachable },
  MemoryPressure: { True: `${prefix}memory-pressure` },
  DiskPressure: { True: `${prefix}disk-pressure` },
  NetworkUnavailable: { True: `${prefix}network-unavailable` },
  PIDPressure: { True: `${prefix}pid-pressure` },
};
const keysOfConditions = new Set(Object.values(taintsOfConditions).flatMap((keys) => Object.values(keys)));

/** With which taints nothing new comes to the node, by its conditions; others are left alone. Undefined: they are right. */
export function scheduleTaints(node: Node): Taint[] | undefined {
  const wanted = (node.status?.conditions ?? []).flatMap(({ type, status }) => {
    const keys = Object.hasOwn(taintsOfConditions, type) ? taintsOfConditions[type] : undefined;
    const key = keys?.[status];
    return key === undefined ? [] : [key];
  });
  if (node.spec?.unschedulable === true) wanted.push(unschedulable);
  return withTaints(node, {
    wanted,
    effect: 'NoSchedule',
    ours: (key) => keysOfConditions.has(key) || key === unschedulable,
  });
}

/** With which taint the pods of the node leave it. */
export function executeTaints(node: Node): Taint[] | undefined {
  const ready = conditionOf(node, 'Ready')?.status;
  const wanted = ready === 'False' ? [notReady] : ready === 'Unknown' ? [unreachable] : [];
  return withTaints(node, { wanted, effect: 'NoExecute', ours: (key) => key === notReady || key === unreachable });
}

function withTaints(
  { spec }: Node,
  {
    wanted,
    effect,
    ours,
  }: { readonly wanted: readonly string[]; readonly effect: string; readonly ours: (key: string) => boolean },
): Taint[] | undefined {
  const present = spec?.taints ?? [];
  const isOurs = (taint: Taint) => taint.effect === effect && ours(taint.key);
  const have = present.filter(isOurs).map(({ key }) => key);
  if (have.length === wanted.length && wanted.every((key) => have.includes(key))) return undefined;
  const added = wanted.filter((key) => !have.includes(key)).map((key): Taint => ({ key, effect }));
  return [...present.filter((taint) => !isOurs(taint) || wanted.includes(taint.key)), ...added];
}
