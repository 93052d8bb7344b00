/** From the old replica sets to the new one: step by step, or all at once. */
import type { ReplicaSet } from '../../client/api-types.ts';
import { sizeOfNew } from './new-replica-set.ts';
import type { PlanDraft } from './plan.ts';
import { byCreation, isActive, sum } from './replica-sets.ts';
import { maxUnavailable, replicasOf } from './rolling-limits.ts';

export interface RolloutView {
  readonly newest: ReplicaSet;
  readonly old: readonly ReplicaSet[];
}

/** True where something was scaled: what may be done next shows when that has happened. */
export function planRollingStep(draft: PlanDraft, { newest, old }: RolloutView): boolean {
  return scaleNew(draft, { newest, old }) || scaleOldDown(draft, { newest, old });
}

function scaleNew(draft: PlanDraft, { newest, old }: RolloutView): boolean {
  const { deployment } = draft;
  const wanted = replicasOf(deployment);
  const size = replicasOf(newest);
  if (size === wanted) return false;
  const total = sum(old, replicasOf) + size;
  return draft.scale(newest, size > wanted ? wanted : sizeOfNew(deployment, { newest, total }));
}

function scaleOldDown(draft: PlanDraft, { newest, old }: RolloutView): boolean {
  const { deployment } = draft;
  const active = old.filter(isActive).toSorted(byCreation);
  if (active.length === 0) return false;
  const minAvailable = replicasOf(deployment) - maxUnavailable(deployment);
  const newUnavailable = replicasOf(newest) - (newest.status?.availableReplicas ?? 0);
  const most = sum(active, replicasOf) + replicasOf(newest) - minAvailable - newUnavailable;
  if (most <= 0) return false;
  const unhealthy = takeFrom(draft, {
    from: active,
    most,
    countOf: (each) => replicasOf(each) - (each.status?.availableReplicas ?? 0),
  });
  const spare = sum([...active, newest], ({ status }) => status?.availableReplicas) - minAvailable;
  const healthy = takeFrom(draft, { from: active, most: spare, countOf: replicasOf });
  return unhealthy + healthy > 0;
}

/** How many pods go. */
function takeFrom(
  draft: PlanDraft,
  { from, most, countOf }: { from: readonly ReplicaSet[]; most: number; countOf: (replicaSet: ReplicaSet) => number },
): number {
  let taken = 0;
  for (const each of from) {
    if (taken >= most) break;
    const current = draft.current(each);
    const count = Math.min(most - taken, countOf(current), replicasOf(current));
    if (count <= 0) continue;
    draft.scale(each, replicasOf(current) - count);
    taken += count;
  }
  return taken;
}

/** True where there was something to scale down. */
export function planRecreateDown(draft: PlanDraft, old: readonly ReplicaSet[]): boolean {
  return old
    .filter(isActive)
    .map((each) => draft.scale(each, 0))
    .some(Boolean);
}
