/** How far a rolling update may go above and below the number of replicas. */
import type { Deployment, ReplicaSet } from '../../client/api-types.ts';
import { scaleIntOrPercent } from '../workload/int-or-percent.ts';

export function replicasOf({ spec }: Deployment | ReplicaSet): number {
  return spec?.replicas ?? 1;
}

export function isRollingUpdate({ spec }: Deployment): boolean {
  return spec?.strategy?.type === 'RollingUpdate';
}

/** Pods there may be beyond the replicas. */
export function maxSurge(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? limitsOf(deployment).surge : 0;
}

/** Pods that need not be available. */
export function maxUnavailable(deployment: Deployment): number {
  const replicas = replicasOf(deployment);
  if (!isRollingUpdate(deployment) || replicas === 0) return 0;
  return Math.min(limitsOf(deployment).unavailable, replicas);
}

export function maxReplicas(deployment: Deployment): number {
  return replicasOf(deployment) + maxSurge(deployment);
}

function limitsOf(deployment: Deployment): { surge: number; unavailable: number } {
  const { maxSurge: most, maxUnavailable: fewest } = deployment.spec?.strategy?.rollingUpdate ?? {};
  const replicas = replicasOf(deployment);
  const surge = scaleIntOrPercent(most, { of: replicas, roundUp: true });
  const unavailable = scaleIntOrPercent(fewest, { of: replicas, roundUp: false });
  // Percentages of few replicas can both come to nothing, and nothing would ever move.
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

const unlimited = 2 ** 31 - 1;

/** Seconds; undefined: it may take for ever. */
export function progressDeadline({ spec }: Deployment): number | undefined {
  const seconds = spec?.progressDeadlineSeconds ?? unlimited;
  return seconds === unlimited ? undefined : seconds;
}

export function revisionHistoryLimit({ spec }: Deployment): number | undefined {
  const limit = spec?.revisionHistoryLimit ?? unlimited;
  return limit === unlimited ? undefined : limit;
}
