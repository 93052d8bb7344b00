/** The conditions of a deployment, and how one replaces another. */
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { Deployment, ReplicaSet } from '../../client/api-types.ts';

export type DeploymentStatus = NonNullable<Deployment['status']>;
export type DeploymentCondition = NonNullable<DeploymentStatus['conditions']>[number];

export interface NewCondition {
  readonly type: 'Progressing' | 'Available';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function newCondition({ now, ...rest }: NewCondition): DeploymentCondition {
  return { ...rest, lastUpdateTime: formatTime(now), lastTransitionTime: formatTime(now) };
}

export function conditionOf(conditions: readonly DeploymentCondition[], type: string): DeploymentCondition | undefined {
  return conditions.find((condition) => condition.type === type);
}

/** One with the same status and reason stays as it is. */
export function withCondition(
  conditions: readonly DeploymentCondition[],
  condition: DeploymentCondition,
): DeploymentCondition[] {
  const known = conditionOf(conditions, condition.type);
  if (known?.status === condition.status && known.reason === condition.reason) return [...conditions];
  const { lastTransitionTime } = known?.status === condition.status ? known : condition;
  return [
    ...withoutCondition(conditions, condition.type),
    { ...condition, lastTransitionTime: lastTransitionTime ?? '' },
  ];
}

export function withoutCondition(conditions: readonly DeploymentCondition[], type: string): DeploymentCondition[] {
  return conditions.filter((condition) => condition.type !== type);
}

/** What keeps a replica set from making its pods; the newest one's comes first. */
export function replicaFailure(
  replicaSets: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
): DeploymentCondition | undefined {
  const inOrder = newest === undefined ? replicaSets : [newest, ...replicaSets];
  const found = inOrder.flatMap(({ status }) => status?.conditions ?? []).find(({ type }) => type === 'ReplicaFailure');
  if (found === undefined) return undefined;
  const { type, status, reason = '', message = '', lastTransitionTime = '' } = found;
  return { type, status, reason, message, lastTransitionTime, lastUpdateTime: lastTransitionTime };
}
