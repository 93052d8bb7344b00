/** Keeps the number of pods that a ReplicaSet or a ReplicationController asks for: one loop for both kinds. */
import type { Pod } from '../../client/api-types.ts';
import type { Informer } from '../../client/informer.ts';
import { pods } from '../../client/resource-types.ts';
import type { WorkQueue } from '../../client/work-queue.ts';
import type { ControllerContext } from '../controller.ts';
import { on, type Requeue, runReconciler } from '../reconciler.ts';
import { claim } from '../workload/claim.ts';
import { gathered } from '../workload/gathered-trigger.ts';
import { controlledBy, controllerOf, indexByController, isControlledBy } from '../workload/owner-reference.ts';
import { onDependents } from '../workload/owner-trigger.ts';
import { LOOK_AGAIN_MS, PendingWrites } from '../workload/pending-writes.ts';
import { PodControl, podFromTemplate, textOf } from '../workload/pod-control.ts';
import { isPodActive, isPodTerminating } from '../workload/pod-state.ts';
import { firstFailure, slowStartBatch } from '../workload/slow-start.ts';
import { writeStatus } from '../workload/write-status.ts';
import { BURST_REPLICAS, planPods, planStatus, type PodsPlan, untilNextLook } from './reconcile.ts';
import type { Replicated, ReplicatedKind } from './replicated.ts';

export interface ReplicasControllerOptions<T extends Replicated> {
  readonly context: ControllerContext;
  readonly kind: ReplicatedKind<T>;
  /** Of the work queue. */
  readonly name: string;
}

export async function runReplicasController<T extends Replicated>(
  options: ReplicasControllerOptions<T>,
): Promise<void> {
  const { context, kind, name } = options;
  const owners = context.informers.of(kind.type);
  const dependents = context.informers.of(pods);
  indexByController(owners);
  indexByController(dependents);
  const { selectorOf } = kind;
  const queue = context.newQueue(name);
  const controller = new ReplicasController(options, { owners, dependents }, queue);
  const podTrigger = gathered(onDependents({ owners, dependents, selectorOf }), {
    queue,
    sizeOf: (key) => owners.lister.byKey(key)?.spec?.replicas ?? 1,
  });
  await runReconciler({
    context,
    name,
    queue,
    triggers: [on(owners), podTrigger],
    reconcile: (key) => controller.reconcile(key),
  });
}

interface Informers<T> {
  readonly owners: Informer<T>;
  readonly dependents: Informer<Pod>;
}

class ReplicasController<T extends Replicated> {
  readonly #options: ReplicasControllerOptions<T>;
  readonly #informers: Informers<T>;
  readonly #pending: PendingWrites<Pod>;
  readonly #podControl: PodControl;
  readonly #queue: WorkQueue;

  constructor(options: ReplicasControllerOptions<T>, informers: Informers<T>, queue: WorkQueue) {
    this.#options = options;
    this.#informers = informers;
    this.#queue = queue;
    this.#pending = new PendingWrites(informers.dependents);
    this.#podControl = new PodControl({ context: options.context, pending: this.#pending });
  }

  async reconcile(key: string): Promise<Requeue | void> {
    const { context, kind } = this.#options;
    const owner = this.#informers.owners.lister.byKey(key);
    if (owner === undefined) {
      this.#pending.forget(key);
      return;
    }
    const isSettled = this.#pending.areSeen(key);
    const selector = kind.selectorOf(owner);
    const matches = ({ metadata }: Pod) => selector.matches(metadata.labels);
    const candidates: Pod[] = [];
    let terminating = 0;
    for (const pod of controlledBy(this.#informers.dependents.lister, owner, { orphans: true })) {
      if (isPodActive(pod)) candidates.push(pod);
      else if (isPodTerminating(pod) && isControlledBy(pod, owner) && matches(pod)) terminating++;
    }
    const { client } = context;
    const { type: ownerType } = kind;
    const active = await claim(candidates, { client, owner, ownerType, type: pods, matches });
    const now = context.clock.now();
    let failure: Error | undefined;
    if (isSettled && owner.metadata.deletionTimestamp === undefined) {
      const related = active.length > (owner.spec?.replicas ?? 1) ? this.#relatedTo(owner) : [];
      const plan = planPods(owner, { active, related, now });
      failure = await this.#execute(plan, owner);
      // The next of many: it need not be gathered with what their nodes have to say.
      if (plan.create === BURST_REPLICAS) this.#continueWhenSeen(key);
    }
    const status = planStatus(owner, {
      active,
      terminating: kind.countsTerminating ? terminating : undefined,
      failure: failure === undefined ? undefined : textOf(failure),
      now,
    });
    if (status !== undefined) {
      const resource = client.of<Replicated>(ownerType);
      await writeStatus({ resource, object: owner, status });
    }
    if (failure !== undefined) throw failure;
    const after = isSettled ? untilNextLook(owner, { active, now }) : LOOK_AGAIN_MS;
    return after === undefined ? undefined : { after };
  }

  #continueWhenSeen(key: string): void {
    const { signal, onError } = this.#options.context;
    this.#pending.creationsSeen(key, signal).then(
      () => this.#queue.add(key),
      (error: unknown) => onError(error, key),
    );
  }

  /** The failure, if there was one. */
  async #execute(plan: PodsPlan, owner: T): Promise<Error | undefined> {
    const ownerType = this.#options.kind.type;
    const { error } = await slowStartBatch(plan.create, () =>
      this.#podControl.create(podFromTemplate(owner.spec?.template, { owner, ownerType }), owner),
    );
    if (error !== undefined) return error;
    return firstFailure(plan.delete.map((pod) => this.#podControl.delete(pod, owner)));
  }

  #relatedTo(owner: T): Pod[] {
    const reference = controllerOf(owner);
    if (reference === undefined) return [];
    const { owners, dependents } = this.#informers;
    const siblings = controlledBy(owners.lister, { metadata: { uid: reference.uid } });
    return siblings.flatMap((sibling) => controlledBy(dependents.lister, sibling));
  }
}
