/** One round of a stateful set: its revisions, its pods, its status. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { LabelSelector } from '../../apimachinery/labels/selector.ts';
import type { ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet } from '../../client/api-types.ts';
import { isAlreadyExists, isNotFound } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import { controllerRevisions, pods, statefulSets } from '../../client/resource-types.ts';
import type { ControllerContext } from '../controller.ts';
import type { Requeue } from '../reconciler.ts';
import { claim } from '../workload/claim.ts';
import { controlledBy } from '../workload/owner-reference.ts';
import { LOOK_AGAIN_MS, PendingWrites } from '../workload/pending-writes.ts';
import { untilNextAvailable } from '../workload/pod-state.ts';
import { holdsTemplate } from '../workload/revision-history.ts';
import { firstFailure, slowStartBatch } from '../workload/slow-start.ts';
import { withoutZeros } from '../workload/without-zeros.ts';
import { writeStatus } from '../workload/write-status.ts';
import { isMemberOf } from './ordinals.ts';
import { planPods, statefulStatus, type StatefulPlan, type StatefulStatus, type StatefulView } from './reconcile.ts';
import { newRevision, planRevision, revisionsToDrop } from './revisions.ts';
import { revisionOf, type Revisions } from './stateful-pod.ts';
import { StatefulPodControl } from './stateful-pod-control.ts';

export interface StatefulSetSyncOptions {
  readonly context: ControllerContext;
  readonly owners: Informer<StatefulSet>;
  readonly dependents: Informer<Pod>;
  readonly revisions: Informer<ControllerRevision>;
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly selectorOf: (set: StatefulSet) => LabelSelector;
}

export class StatefulSetSync {
  readonly #options: StatefulSetSyncOptions;
  readonly #pendingPods: PendingWrites<Pod>;
  readonly #pendingClaims: PendingWrites<PersistentVolumeClaim>;
  readonly #pendingSets: PendingWrites<StatefulSet>;
  readonly #podControl: StatefulPodControl;

  constructor(options: StatefulSetSyncOptions) {
    this.#options = options;
    const { context, owners, dependents, claims } = options;
    this.#pendingPods = new PendingWrites(dependents);
    this.#pendingClaims = new PendingWrites(claims);
    this.#pendingSets = new PendingWrites(owners);
    this.#podControl = new StatefulPodControl({
      context,
      pendingPods: this.#pendingPods,
      pendingClaims: this.#pendingClaims,
      claimNamed: (name, namespace) => claims.lister.get(name, namespace),
    });
  }

  async run(key: string): Promise<Requeue | void> {
    const { context, owners, dependents, claims, selectorOf } = this.#options;
    const set = owners.lister.byKey(key);
    const pending = [this.#pendingPods, this.#pendingClaims, this.#pendingSets];
    if (set === undefined) {
      for (const each of pending) each.forget(key);
      return;
    }
    // Which pod is next is decided on what our last step has led to.
    if (!pending.every((each) => each.areSeen(key))) return { after: LOOK_AGAIN_MS };
    const selector = selectorOf(set);
    const known = await this.#claimRevisions(set, selector);
    const own = await claim(controlledBy(dependents.lister, set, { orphans: true }), {
      client: context.client,
      owner: set,
      ownerType: statefulSets,
      type: pods,
      matches: (pod) => selector.matches(pod.metadata.labels) && isMemberOf(set, pod),
    });
    const { update, collisionCount } = await this.#updateRevision(set, known);
    const current = known.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
    const revisions: Revisions = { current, update };
    const { namespace } = set.metadata;
    const now = context.clock.now();
    const claimNamed = (name: string) => claims.lister.get(name, namespace);
    const view: StatefulView = { set, pods: own, revisions, claimNamed, now };
    const plan = planPods(view);
    const failure = await this.#execute(plan, set);
    // What was planned after a failure did not happen.
    const updating = failure === undefined ? plan.updating : 0;
    await this.#writeStatus(key, { set, status: statefulStatus(view, { updating, collisionCount }) });
    if (failure !== undefined) throw failure;
    await this.#dropOldRevisions(set, { known, own, revisions });
    const after = untilNextAvailable(own, { minReadySeconds: set.spec?.minReadySeconds, now });
    return after === undefined ? undefined : { after };
  }

  async #execute({ actions }: StatefulPlan, set: StatefulSet): Promise<Error | undefined> {
    const isParallel = set.spec?.podManagementPolicy === 'Parallel';
    const run = async (index: number) => {
      const action = actions[index];
      if (action !== undefined) await this.#podControl.run(action, set);
    };
    if (isParallel) return (await slowStartBatch(actions.length, run)).error;
    for (let index = 0; index < actions.length; index++) {
      const failure = await firstFailure([run(index)]);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  #claimRevisions(set: StatefulSet, selector: LabelSelector): Promise<ControllerRevision[]> {
    const { context, revisions } = this.#options;
    const all = controlledBy(revisions.lister, set, { orphans: true });
    const matching = all.filter(({ metadata }) => selector.matches(metadata.labels));
    return claim(matching, {
      client: context.client,
      owner: set,
      ownerType: statefulSets,
      type: controllerRevisions,
      // Others are not released: a set can be given the old template again.
      matches: () => true,
    });
  }

  async #updateRevision(
    set: StatefulSet,
    known: readonly ControllerRevision[],
  ): Promise<{ update: ControllerRevision; collisionCount: number }> {
    const resource = this.#options.context.client.of(controllerRevisions);
    const plan = planRevision(set, known);
    let collisionCount = set.status?.collisionCount ?? 0;
    if (plan.kind === 'keep') return { update: plan.update, collisionCount };
    if (plan.kind === 'renumber') return { update: await resource.update(plan.update), collisionCount };
    for (; ; collisionCount++) {
      const created = newRevision(set, { revision: plan.revision, collisionCount });
      try {
        return { update: await resource.create(created), collisionCount };
      } catch (error) {
        if (!isAlreadyExists(error)) throw error;
        const { name = '', namespace } = created.metadata;
        const existing = await resource.get(name, { namespace });
        if (holdsTemplate(existing, set.spec?.template)) return { update: existing, collisionCount };
      }
    }
  }

  async #writeStatus(key: string, { set, status }: { set: StatefulSet; status: StatefulStatus }): Promise<void> {
    const comparable = (each: object) => {
      const { collisionCount: _, ...rest } = each as StatefulStatus;
      return withoutZeros(rest);
    };
    if (jsonEquals(comparable(set.status ?? {}), comparable({ ...set.status, ...status }))) return;
    const resource = this.#options.context.client.of(statefulSets);
    const written = await writeStatus({ resource, object: set, status: { ...set.status, ...status } });
    this.#pendingSets.wrote(key, written);
  }

  async #dropOldRevisions(
    set: StatefulSet,
    { known, own, revisions }: { known: readonly ControllerRevision[]; own: readonly Pod[]; revisions: Revisions },
  ): Promise<void> {
    const { current, update } = revisions;
    const live = new Set([current.metadata.name ?? '', update.metadata.name ?? '', ...own.map(revisionOf)]);
    const resource = this.#options.context.client.of(controllerRevisions);
    for (const { metadata } of revisionsToDrop(set, { revisions: known, live })) {
      await resource.delete(metadata.name ?? '', { namespace: metadata.namespace }).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    }
  }
}
