/** One round of a deployment: from what is there to what is to be done. */
import type { Deployment, ReplicaSet } from '../../client/api-types.ts';
import type { Occurrence } from '../../client/event-writer.ts';
import { conditionOf, newCondition, withCondition } from './conditions.ts';
import { keepUpToDate, planNew } from './new-replica-set.ts';
import { type DeploymentPlan, PlanDraft } from './plan.ts';
import { findNewReplicaSet, isSameTemplate, withoutHash } from './replica-sets.ts';
import {
  annotationsAfterRollback,
  previousRevision,
  revisionOf,
  rollbackAnnotation,
  compareRevisions,
  parseRevision,
} from './revisions.ts';
import { planRecreateDown, planRollingStep } from './rollout.ts';
import { progressDeadline, replicasOf, revisionHistoryLimit } from './rolling-limits.ts';
import { isResized, planScale } from './scale.ts';
import { deploymentStatus, isComplete, rolloutStatus, untilDeadline } from './status.ts';
import { byCreation } from './replica-sets.ts';

export interface DeploymentView {
  readonly deployment: Deployment;
  /** All that it controls. */
  readonly replicaSets: readonly ReplicaSet[];
  /** Uids of replica sets of which pods are still there that are not at their end. */
  readonly withPods: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function planDeployment(view: DeploymentView): DeploymentPlan {
  const { deployment, now } = view;
  const draft = new PlanDraft(deployment, now);
  const newest = findNewReplicaSet(deployment, view.replicaSets);
  const old = view.replicaSets.filter((each) => each !== newest);
  const round: Round = { draft, newest, old, withPods: view.withPods };
  if (newest !== undefined) keepUpToDate(newest, { draft, old });
  if (deployment.metadata.deletionTimestamp !== undefined) return finishPlain(round);
  notePause(draft);
  if (deployment.spec?.paused === true) {
    planScale(draft, { newest, old });
    if (rollbackTarget(deployment) === undefined) planCleanup(round);
    return finishPlain(round);
  }
  if (rollbackTarget(deployment) !== undefined) return planRollback(round);
  if (isResized(deployment, { newest, old })) {
    planScale(draft, { newest, old });
    return finishPlain(round);
  }
  return deployment.spec?.strategy?.type === 'Recreate' ? planRecreate(round) : planRolling(round);
}

interface Round {
  readonly draft: PlanDraft;
  readonly newest: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
  readonly withPods: ReadonlySet<string>;
}

function planRolling(round: Round): DeploymentPlan {
  const { draft, old } = round;
  const newest = round.newest ?? planNew({ draft, old });
  if (!planRollingStep(draft, { newest, old })) planCleanupWhenComplete(round);
  return finishRollout({ ...round, newest });
}

function planRecreate(round: Round): DeploymentPlan {
  const { draft, old } = round;
  if (planRecreateDown(draft, old) || hasOldPods(round)) return finishRollout(round);
  const newest = round.newest ?? planNew({ draft, old });
  draft.scale(newest, replicasOf(draft.deployment));
  planCleanupWhenComplete(round);
  return finishRollout({ ...round, newest });
}

function hasOldPods({ newest, old, withPods }: Round): boolean {
  if (old.some(({ status }) => (status?.replicas ?? 0) > 0)) return true;
  return [...withPods].some((uid) => uid !== newest?.metadata.uid);
}

function finishPlain({ draft, newest, old }: Round): DeploymentPlan {
  const { deployment, conditions, now } = draft;
  return draft.finish(deploymentStatus({ deployment, conditions, all: withNewest(old, newest), newest, now }));
}

function finishRollout({ draft, newest, old }: Round): DeploymentPlan {
  const { deployment, conditions, now } = draft;
  const status = rolloutStatus({ deployment, conditions, all: withNewest(old, newest), newest, now });
  return draft.finish(status, { requeueAfter: untilDeadline(deployment, status, now) });
}

function withNewest(old: readonly ReplicaSet[], newest: ReplicaSet | undefined): ReplicaSet[] {
  return newest === undefined ? [...old] : [...old, newest];
}

/** A deadline must not run out while nothing is meant to happen. */
function notePause(draft: PlanDraft): void {
  const { deployment, now } = draft;
  const known = conditionOf(draft.conditions, 'Progressing')?.reason;
  if (progressDeadline(deployment) === undefined || known === 'ProgressDeadlineExceeded') return;
  const isPaused = deployment.spec?.paused === true;
  if (isPaused === (known === 'DeploymentPaused')) return;
  const [reason, message] = isPaused
    ? ['DeploymentPaused', 'Deployment is paused']
    : ['DeploymentResumed', 'Deployment is resumed'];
  const condition = newCondition({ type: 'Progressing', status: 'Unknown', reason, message, now });
  draft.conditions = withCondition(draft.conditions, condition);
}

function planCleanupWhenComplete(round: Round): void {
  const { deployment } = round.draft;
  if (isComplete(deployment, deployment.status)) planCleanup(round);
}

/** Old replica sets beyond the limit go, those of the lowest revisions first. */
function planCleanup({ draft, old }: Round): void {
  const limit = revisionHistoryLimit(draft.deployment);
  if (limit === undefined) return;
  const alive = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const ordered = alive.toSorted(
    (a, b) => compareRevisions(revisionOf(a) ?? 0n, revisionOf(b) ?? 0n) || byCreation(a, b),
  );
  for (const each of ordered.slice(0, Math.max(0, alive.length - limit))) {
    const isSeen = (each.metadata.generation ?? 0) <= (each.status?.observedGeneration ?? 0);
    if (isSeen && (each.status?.replicas ?? 0) === 0 && replicasOf(each) === 0) draft.deletions.push(each);
  }
}

/** undefined: no rollback is asked for; 0: to the revision before. */
function rollbackTarget({ metadata }: Deployment): bigint | undefined {
  const text = metadata.annotations?.[rollbackAnnotation];
  return text === undefined ? undefined : parseRevision(text);
}

function planRollback(round: Round): DeploymentPlan {
  const { draft, old } = round;
  const { deployment } = draft;
  const newest = round.newest ?? planNew({ draft, old });
  const all = withNewest(old, newest);
  const asked = rollbackTarget(deployment) ?? 0n;
  const revision = asked === 0n ? previousRevision(all) : asked;
  const target = revision === 0n ? undefined : all.find((each) => revisionOf(each) === revision);
  const { [rollbackAnnotation]: _, ...annotations } = deployment.metadata.annotations ?? {};
  const cleared: Deployment = { ...deployment, metadata: { ...deployment.metadata, annotations } };
  const finish = (event: Occurrence, rewrite = cleared) => {
    draft.events.push(event);
    return draft.finish(deployment.status ?? {}, { rewrite });
  };
  if (target === undefined) {
    const message = revision === 0n ? 'Unable to find last revision.' : 'Unable to find the revision to rollback to.';
    return finish({ type: 'Warning', reason: 'DeploymentRollbackRevisionNotFound', message });
  }
  const { template } = target.spec ?? {};
  if (isSameTemplate(deployment.spec?.template, template)) {
    const message = `The rollback revision contains the same template as current deployment "${deployment.metadata.name}"`;
    return finish({ type: 'Warning', reason: 'DeploymentRollbackTemplateUnchanged', message });
  }
  const message = `Rolled back deployment "${deployment.metadata.name}" to revision ${revision}`;
  const { [rollbackAnnotation]: __, ...restored } = annotationsAfterRollback(deployment, target);
  return finish(
    { type: 'Normal', reason: 'DeploymentRollback', message },
    {
      ...deployment,
      metadata: { ...deployment.metadata, annotations: restored },
      spec: { ...(deployment.spec as NonNullable<Deployment['spec']>), template: withoutHash(template) },
    },
  );
}

/** The status of a deployment whose replica set could not be made. */
export function withCreateFailure(
  deployment: Deployment,
  { message, now }: { message: string; now: number },
): Deployment | undefined {
  if (progressDeadline(deployment) === undefined) return undefined;
  const conditions = deployment.status?.conditions ?? [];
  const condition = newCondition({
    type: 'Progressing',
    status: 'False',
    reason: 'ReplicaSetCreateError',
    message,
    now,
  });
  const renewed = withCondition(conditions, condition);
  return { ...deployment, status: { ...deployment.status, conditions: renewed } };
}
