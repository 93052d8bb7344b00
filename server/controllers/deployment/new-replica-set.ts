/** The replica set that has the deployment's template: found and kept up to date, or made. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { Deployment, ReplicaSet } from '../../client/api-types.ts';
import { deployments } from '../../client/resource-types.ts';
import { newControllerReference } from '../workload/owner-reference.ts';
import { hashPodTemplate } from '../workload/pod-template-hash.ts';
import { conditionOf, newCondition, withCondition } from './conditions.ts';
import type { PlanDraft } from './plan.ts';
import { hashLabel, sum } from './replica-sets.ts';
import { annotationsOfNew, nextRevision, revisionAnnotation } from './revisions.ts';
import { isRollingUpdate, maxReplicas, progressDeadline, replicasOf } from './rolling-limits.ts';

/** Characters of a name. */
const NAME_LENGTH = 253;

/** Its annotations and minReadySeconds follow the deployment's; the deployment's revision follows its. */
export function keepUpToDate(
  existing: ReplicaSet,
  { draft, old }: { draft: PlanDraft; old: readonly ReplicaSet[] },
): void {
  const { deployment } = draft;
  const revision = nextRevision(old);
  const annotations = annotationsOfNew(existing, { deployment, revision, exists: true });
  const minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
  if (
    !jsonEquals(annotations, existing.metadata.annotations ?? {}) ||
    minReadySeconds !== (existing.spec?.minReadySeconds ?? 0)
  ) {
    draft.update(existing, {
      ...existing,
      metadata: { ...existing.metadata, annotations },
      spec: { ...(existing.spec as NonNullable<ReplicaSet['spec']>), minReadySeconds },
    });
  }
  draft.revision = annotations[revisionAnnotation];
  if (progressDeadline(deployment) !== undefined && conditionOf(draft.conditions, 'Progressing') === undefined) {
    progress(draft, 'FoundNewReplicaSet', `Found new replica set "${existing.metadata.name}"`);
  }
}

export function planNew({ draft, old }: { draft: PlanDraft; old: readonly ReplicaSet[] }): ReplicaSet {
  const { deployment } = draft;
  const revision = nextRevision(old);
  const created = newReplicaSet(deployment, { old, revision });
  draft.create = created;
  draft.revision = String(revision);
  if (progressDeadline(deployment) !== undefined) {
    progress(draft, 'NewReplicaSetCreated', `Created new replica set "${created.metadata.name}"`);
  }
  return created;
}

function progress(draft: PlanDraft, reason: string, message: string): void {
  const condition = newCondition({ type: 'Progressing', status: 'True', reason, message, now: draft.now });
  draft.conditions = withCondition(draft.conditions, condition);
}

function newReplicaSet(
  deployment: Deployment,
  { old, revision }: { old: readonly ReplicaSet[]; revision: bigint },
): ReplicaSet {
  const { name = '', namespace = '' } = deployment.metadata;
  const { template, selector, minReadySeconds } = deployment.spec ?? {};
  const hash = hashPodTemplate(template ?? {}, deployment.status?.collisionCount);
  const labels = { ...template?.metadata?.labels, [hashLabel]: hash };
  const bare: ReplicaSet = {
    metadata: {
      name: `${name.slice(0, NAME_LENGTH - 1 - hash.length)}-${hash}`,
      namespace,
      labels,
      ownerReferences: [newControllerReference(deployment, deployments)],
    },
    spec: {
      replicas: 0,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector?.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template?.metadata, labels } },
    },
  };
  const replicas = sizeOfNew(deployment, { newest: bare, total: sum(old, replicasOf) });
  return {
    ...bare,
    metadata: { ...bare.metadata, annotations: annotationsOfNew(bare, { deployment, revision, exists: false }) },
    spec: { ...(bare.spec as NonNullable<ReplicaSet['spec']>), replicas },
  };
}

/** How far it may be scaled up now; `total`: replicas of all, its own included. */
export function sizeOfNew(deployment: Deployment, { newest, total }: { newest: ReplicaSet; total: number }): number {
  const wanted = replicasOf(deployment);
  if (!isRollingUpdate(deployment)) return wanted;
  const size = replicasOf(newest);
  const room = maxReplicas(deployment) - total;
  return room <= 0 ? size : size + Math.min(room, wanted - size);
}
