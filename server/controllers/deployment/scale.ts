/** A deployment that was resized: its replica sets keep their shares. */
import type { Deployment, ReplicaSet } from '../../client/api-types.ts';
import type { PlanDraft } from './plan.ts';
import { byCreation, bySizeNewerFirst, bySizeOlderFirst, isActive, sum } from './replica-sets.ts';
import { desiredAnnotation, maxAnnotation, sizeAnnotation } from './revisions.ts';
import { isRollingUpdate, maxReplicas, replicasOf } from './rolling-limits.ts';

export interface ReplicaSetsView {
  readonly newest: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

export function isResized(deployment: Deployment, { newest, old }: ReplicaSetsView): boolean {
  return withNewest({ newest, old }).some((each) => {
    const desired = isActive(each) ? sizeAnnotation(each, desiredAnnotation) : undefined;
    return desired !== undefined && desired !== replicasOf(deployment);
  });
}

export function planScale(draft: PlanDraft, view: ReplicaSetsView): void {
  const { deployment } = draft;
  const wanted = replicasOf(deployment);
  const only = activeOrLatest(view);
  if (only !== undefined) {
    if (replicasOf(only) !== wanted) draft.scale(only, wanted);
    return;
  }
  const { newest, old } = view;
  if (newest !== undefined && isSaturated(deployment, newest)) {
    for (const each of old) if (isActive(each)) draft.scale(each, 0);
    return;
  }
  if (isRollingUpdate(deployment)) scaleInProportion(draft, withNewest(view).filter(isActive));
}

/** The one that has pods, or where none has, the newest; undefined: several have. */
function activeOrLatest({ newest, old }: ReplicaSetsView): ReplicaSet | undefined {
  const active = withNewest({ newest, old }).filter(isActive);
  if (active.length > 1) return undefined;
  return active[0] ?? newest ?? old.toSorted(byCreation).at(-1);
}

function isSaturated(deployment: Deployment, newest: ReplicaSet): boolean {
  const wanted = replicasOf(deployment);
  return (
    replicasOf(newest) === wanted &&
    sizeAnnotation(newest, desiredAnnotation) === wanted &&
    newest.status?.availableReplicas === wanted
  );
}

function scaleInProportion(draft: PlanDraft, active: readonly ReplicaSet[]): void {
  const { deployment } = draft;
  const allowed = replicasOf(deployment) > 0 ? maxReplicas(deployment) : 0;
  const toAdd = allowed - sum(active, replicasOf);
  const ordered = active.toSorted(toAdd > 0 ? bySizeNewerFirst : bySizeOlderFirst);
  let added = 0;
  const sizes = ordered.map((each) => {
    const share = toAdd === 0 ? 0 : shareOf(each, { deployment, toAdd, added });
    added += share;
    return replicasOf(each) + share;
  });
  ordered.forEach((each, index) => {
    // What rounding left over goes to the largest.
    const leftover = index === 0 && toAdd !== 0 ? toAdd - added : 0;
    draft.scale(each, Math.max(0, (sizes[index] ?? 0) + leftover), { annotate: true });
  });
}

function shareOf(
  replicaSet: ReplicaSet,
  { deployment, toAdd, added }: { deployment: Deployment; toAdd: number; added: number },
): number {
  const size = replicasOf(replicaSet);
  if (size === 0 || toAdd === added) return 0;
  const fraction = fractionOf(replicaSet, deployment);
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
}

function fractionOf(replicaSet: ReplicaSet, deployment: Deployment): number {
  const size = replicasOf(replicaSet);
  if (replicasOf(deployment) === 0) return -size;
  const mostBefore = sizeAnnotation(replicaSet, maxAnnotation) || (deployment.status?.replicas ?? 0);
  if (mostBefore === 0) return 0;
  return Math.round((size * maxReplicas(deployment)) / mostBefore) - size;
}

function withNewest({ newest, old }: ReplicaSetsView): ReplicaSet[] {
  return newest === undefined ? [...old] : [...old, newest];
}
