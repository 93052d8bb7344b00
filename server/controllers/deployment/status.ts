/** The status of a deployment: counts, availability, and whether it gets on. */
import type { Deployment, ReplicaSet } from '../../client/api-types.ts';
import { parseTime } from '../workload/pod-state.ts';
import {
  conditionOf,
  type DeploymentCondition,
  type DeploymentStatus,
  newCondition,
  replicaFailure,
  withCondition,
  withoutCondition,
} from './conditions.ts';
import { sum } from './replica-sets.ts';
import { maxUnavailable, progressDeadline, replicasOf } from './rolling-limits.ts';

export interface StatusParts {
  readonly deployment: Deployment;
  /** Conditions that this round has set already. */
  readonly conditions: readonly DeploymentCondition[];
  readonly all: readonly ReplicaSet[];
  readonly newest: ReplicaSet | undefined;
  readonly now: number;
}

export function deploymentStatus({ deployment, conditions, all, newest, now }: StatusParts): DeploymentStatus {
  const available = sum(all, ({ status }) => status?.availableReplicas);
  const terminating = terminatingReplicas(all);
  const { collisionCount } = deployment.status ?? {};
  const isAvailable = available >= replicasOf(deployment) - maxUnavailable(deployment);
  const availability = newCondition(
    isAvailable
      ? {
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
          now,
        }
      : {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
          now,
        },
  );
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: sum(all, ({ status }) => status?.replicas),
    updatedReplicas: newest?.status?.replicas ?? 0,
    readyReplicas: sum(all, ({ status }) => status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum(all, replicasOf) - available),
    ...(terminating === undefined ? {} : { terminatingReplicas: terminating }),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: withCondition(conditions, availability),
  };
}

function terminatingReplicas(all: readonly ReplicaSet[]): number | undefined {
  let total = 0;
  for (const { status } of all) {
    if (status?.terminatingReplicas !== undefined) total += status.terminatingReplicas;
    // One that its controller has seen, and does not count them.
    else if ((status?.observedGeneration ?? 0) !== 0) return undefined;
  }
  return total;
}

/** The same with what a rollout adds: progress, its deadline, failures of replica sets. */
export function rolloutStatus(parts: StatusParts): DeploymentStatus {
  const { deployment, all, newest, now } = parts;
  const status = deploymentStatus(parts);
  let conditions = status.conditions ?? [];
  const deadline = progressDeadline(deployment);
  const current = conditionOf(parts.conditions, 'Progressing');
  if (deadline === undefined) conditions = withoutCondition(conditions, 'Progressing');
  else if (status.replicas !== status.updatedReplicas || current?.reason !== 'NewReplicaSetAvailable') {
    const subject =
      newest === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${newest.metadata.name}"`;
    if (isComplete(deployment, status)) {
      const [reason, message] = ['NewReplicaSetAvailable', `${subject} has successfully progressed.`];
      conditions = withCondition(
        conditions,
        newCondition({ type: 'Progressing', status: 'True', reason, message, now }),
      );
    } else if (isProgressing(deployment, status)) {
      const [reason, message] = ['ReplicaSetUpdated', `${subject} is progressing.`];
      const condition = newCondition({ type: 'Progressing', status: 'True', reason, message, now });
      const { lastTransitionTime } = current?.status === 'True' ? current : condition;
      // Written each time, also with the same reason: the deadline counts from the last progress.
      const renewed = { ...condition, lastTransitionTime: lastTransitionTime ?? '' };
      conditions = [...withoutCondition(conditions, 'Progressing'), renewed];
    } else if (isTimedOut(current, { deadline, now })) {
      const [reason, message] = ['ProgressDeadlineExceeded', `${subject} has timed out progressing.`];
      conditions = withCondition(
        conditions,
        newCondition({ type: 'Progressing', status: 'False', reason, message, now }),
      );
    }
  }
  const failure = replicaFailure(all, newest);
  conditions =
    failure === undefined ? withoutCondition(conditions, 'ReplicaFailure') : withCondition(conditions, failure);
  return { ...status, conditions };
}

export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const wanted = replicasOf(deployment);
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status ?? {};
  return (
    updatedReplicas === wanted &&
    replicas === wanted &&
    availableReplicas === wanted &&
    observedGeneration >= (deployment.metadata.generation ?? 0)
  );
}

function isProgressing({ status: before }: Deployment, after: DeploymentStatus): boolean {
  const counts = ({
    replicas = 0,
    updatedReplicas = 0,
    readyReplicas = 0,
    availableReplicas = 0,
  }: DeploymentStatus) => ({
    updated: updatedReplicas,
    old: replicas - updatedReplicas,
    ready: readyReplicas,
    available: availableReplicas,
  });
  const [was, is] = [counts(before ?? {}), counts(after)];
  return is.updated > was.updated || is.old < was.old || is.ready > was.ready || is.available > was.available;
}

function isTimedOut(
  condition: DeploymentCondition | undefined,
  { deadline, now }: { deadline: number; now: number },
): boolean {
  if (condition === undefined || condition.reason === 'NewReplicaSetAvailable') return false;
  if (condition.reason === 'ProgressDeadlineExceeded') return true;
  return (parseTime(condition.lastUpdateTime) ?? 0) + deadline * 1000 < now;
}

/** Milliseconds until the deadline has to be looked at; undefined: nothing is under way. */
export function untilDeadline(deployment: Deployment, status: DeploymentStatus, now: number): number | undefined {
  const deadline = progressDeadline(deployment);
  const condition = conditionOf(status.conditions ?? [], 'Progressing');
  if (deadline === undefined || condition === undefined) return undefined;
  if (isComplete(deployment, status) || condition.reason === 'ProgressDeadlineExceeded') return undefined;
  const left = (parseTime(condition.lastUpdateTime) ?? 0) + deadline * 1000 - now;
  // Times are whole seconds: the second after it, it is certain.
  return Math.max(left, 0) + 1000;
}
