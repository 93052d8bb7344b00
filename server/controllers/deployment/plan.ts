/** What one round does to a deployment and its replica sets, gathered before anything of it is done. */
import type { Deployment, ReplicaSet } from '../../client/api-types.ts';
import type { Occurrence } from '../../client/event-writer.ts';
import type { DeploymentCondition, DeploymentStatus } from './conditions.ts';
import { maxAnnotation, desiredAnnotation, revisionAnnotation, sizeAnnotations } from './revisions.ts';
import { replicasOf } from './rolling-limits.ts';

export interface DeploymentPlan {
  readonly events: readonly Occurrence[];
  readonly create: ReplicaSet | undefined;
  readonly updates: readonly ReplicaSetUpdate[];
  readonly deletions: readonly ReplicaSet[];
  /** The deployment with another spec; nothing else is done then. */
  readonly rewrite: Deployment | undefined;
  /** The deployment with what its status endpoint takes: annotations and status. */
  readonly status: Deployment;
  /** Milliseconds. */
  readonly requeueAfter: number | undefined;
}

export interface ReplicaSetUpdate {
  readonly before: ReplicaSet;
  readonly after: ReplicaSet;
}

/** The plan while it is being made. */
export class PlanDraft {
  readonly deployment: Deployment;
  readonly now: number;
  readonly events: Occurrence[] = [];
  readonly deletions: ReplicaSet[] = [];
  create: ReplicaSet | undefined;
  conditions: readonly DeploymentCondition[];
  revision: string | undefined;
  readonly #updates: ReplicaSetUpdate[] = [];

  constructor(deployment: Deployment, now: number) {
    this.deployment = deployment;
    this.now = now;
    this.conditions = deployment.status?.conditions ?? [];
  }

  /** As this round leaves it. */
  current(replicaSet: ReplicaSet): ReplicaSet {
    return this.#updates.findLast(({ after }) => isSame(after, replicaSet))?.after ?? replicaSet;
  }

  /** One write as long as its size changes once: each change of it is told. */
  update(before: ReplicaSet, after: ReplicaSet): void {
    const at = this.#updates.findLastIndex((known) => isSame(known.after, before));
    const known = this.#updates[at];
    if (known === undefined) this.#updates.push({ before, after });
    else if (isResizing(known) && replicasOf(known.after) !== replicasOf(after))
      this.#updates.push({ before: known.after, after });
    else this.#updates[at] = { before: known.before, after };
  }

  /** True where the number of its pods changes. */
  scale(replicaSet: ReplicaSet, replicas: number, { annotate = false }: { annotate?: boolean } = {}): boolean {
    const current = this.current(replicaSet);
    const isResized = replicasOf(current) !== replicas;
    const sizes = sizeAnnotations(this.deployment);
    const annotations = current.metadata.annotations ?? {};
    const isAnnotated = [desiredAnnotation, maxAnnotation].every((key) => annotations[key] === sizes[key]);
    if (!isResized && (!annotate || isAnnotated)) return false;
    this.update(replicaSet, {
      ...current,
      metadata: { ...current.metadata, annotations: { ...annotations, ...sizes } },
      spec: { ...(current.spec as NonNullable<ReplicaSet['spec']>), replicas },
    });
    return isResized;
  }

  finish(
    status: DeploymentStatus,
    { rewrite, requeueAfter }: { rewrite?: Deployment; requeueAfter?: number | undefined } = {},
  ): DeploymentPlan {
    const { deployment, revision } = this;
    const metadata =
      revision === undefined
        ? deployment.metadata
        : {
            ...deployment.metadata,
            annotations: { ...deployment.metadata.annotations, [revisionAnnotation]: revision },
          };
    return {
      events: this.events,
      create: this.create,
      updates: this.#updates,
      deletions: this.deletions,
      rewrite,
      status: { ...deployment, metadata, status },
      requeueAfter,
    };
  }
}

function isSame(a: ReplicaSet, b: ReplicaSet): boolean {
  return a.metadata.name === b.metadata.name;
}

function isResizing({ before, after }: ReplicaSetUpdate): boolean {
  return replicasOf(before) !== replicasOf(after);
}
