/** One round of a daemon set: its revisions, its pods, its status. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { JsonValue } from '../../apimachinery/json.ts';
import type { LabelSelector } from '../../apimachinery/labels/selector.ts';
import type { ControllerRevision, DaemonSet, Node, Pod } from '../../client/api-types.ts';
import { isAlreadyExists, isNotFound } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import { controllerRevisions, daemonSets, pods } from '../../client/resource-types.ts';
import type { ControllerContext } from '../controller.ts';
import type { Requeue } from '../reconciler.ts';
import { claim } from '../workload/claim.ts';
import { controlledBy } from '../workload/owner-reference.ts';
import { LOOK_AGAIN_MS, PendingWrites } from '../workload/pending-writes.ts';
import { PodControl } from '../workload/pod-control.ts';
import { untilNextAvailable } from '../workload/pod-state.ts';
import { holdsTemplate } from '../workload/revision-history.ts';
import { firstFailure, slowStartBatch } from '../workload/slow-start.ts';
import { withoutZeros } from '../workload/without-zeros.ts';
import { writeStatus } from '../workload/write-status.ts';
import { hashLabel, newDaemonPod } from './daemon-pod.ts';
import { FailedPodBackoff } from './failed-pod-backoff.ts';
import { type HistoryPlan, planHistory, revisionsToDrop } from './history.ts';
import { type DaemonPlan, daemonStatus, type DaemonView, groupByNode, planDaemons } from './reconcile.ts';
import { planRollingUpdate } from './rolling-update.ts';

export interface DaemonSetSyncOptions {
  readonly context: ControllerContext;
  readonly owners: Informer<DaemonSet>;
  readonly dependents: Informer<Pod>;
  readonly revisions: Informer<ControllerRevision>;
  readonly nodes: Informer<Node>;
  readonly selectorOf: (owner: DaemonSet) => LabelSelector;
}

/** Pods that one round makes or ends at most, of each. */
const BURST_REPLICAS = 250;

export class DaemonSetSync {
  readonly #options: DaemonSetSyncOptions;
  readonly #pending: PendingWrites<Pod>;
  readonly #podControl: PodControl;
  readonly #backoff = new FailedPodBackoff();

  constructor(options: DaemonSetSyncOptions) {
    this.#options = options;
    this.#pending = new PendingWrites(options.dependents);
    this.#podControl = new PodControl({ context: options.context, pending: this.#pending });
  }

  async run(key: string): Promise<Requeue | void> {
    const { context, owners, dependents, nodes, selectorOf } = this.#options;
    const owner = owners.lister.byKey(key);
    if (owner === undefined) {
      this.#pending.forget(key);
      return;
    }
    const selector = selectorOf(owner);
    if (selector.isEmpty) {
      const message = 'This daemon set is selecting all pods. A non-empty selector is required.';
      context.events.event(owner, { type: 'Warning', reason: 'SelectingAll', message });
      return;
    }
    if (owner.metadata.deletionTimestamp !== undefined) return;
    const isSettled = this.#pending.areSeen(key);
    const history = await this.#keepHistory(owner, selector);
    const own = await claim(controlledBy(dependents.lister, owner, { orphans: true }), {
      client: context.client,
      owner,
      ownerType: daemonSets,
      type: pods,
      matches: ({ metadata }) => selector.matches(metadata.labels),
    });
    await this.#relabel(history, own);
    const now = context.clock.now();
    const { hash } = history;
    const view: DaemonView = { owner, hash, nodes: nodes.lister.list(), podsByNode: groupByNode(own), now };
    const waits = [
      untilNextAvailable(own, { minReadySeconds: owner.spec?.minReadySeconds, now }),
      isSettled ? undefined : LOOK_AGAIN_MS,
    ];
    let failure: Error | undefined;
    if (isSettled) {
      const plan = this.#planPods(view);
      waits.push(plan.wait);
      failure = await this.#execute(plan, view);
      for (const revision of revisionsToDrop(owner, { old: history.old, pods: own })) await this.#drop(revision);
    }
    // What has gone or come at once shows already.
    const left = controlledBy(dependents.lister, owner).filter(({ metadata }) => selector.matches(metadata.labels));
    await this.#writeStatus({ ...view, podsByNode: groupByNode(left) }, { isSettled });
    if (failure !== undefined) throw failure;
    const due = waits.filter((wait) => wait !== undefined);
    return due.length === 0 ? undefined : { after: Math.min(...due) };
  }

  #planPods(view: DaemonView): DaemonPlan & { readonly wait: number | undefined } {
    const { owner, now } = view;
    const generation = owner.status?.observedGeneration ?? 0;
    const plan = planDaemons(view, (node) => this.#backoff.delay(`${owner.metadata.uid}/${generation}/${node}`, now));
    for (const event of plan.events) this.#options.context.events.event(owner, event);
    const isQuiet = plan.create.length === 0 && plan.delete.length === 0;
    // An update goes on from what this makes, in the round after.
    if (!isQuiet || owner.spec?.updateStrategy?.type !== 'RollingUpdate') return plan;
    return { ...planRollingUpdate(view), wait: plan.wait };
  }

  async #execute(plan: DaemonPlan, { owner, hash }: DaemonView): Promise<Error | undefined> {
    const create = plan.create.slice(0, BURST_REPLICAS);
    const made = await slowStartBatch(create.length, (index) =>
      this.#podControl.create(newDaemonPod(owner, { node: create[index] ?? '', hash }), owner),
    );
    const remove = plan.delete.slice(0, BURST_REPLICAS);
    const failed = await firstFailure(remove.map((pod) => this.#podControl.delete(pod, owner)));
    return made.error ?? failed;
  }

  async #writeStatus(view: DaemonView, options: { isSettled: boolean }): Promise<void> {
    const { owner } = view;
    const status = daemonStatus(view, options);
    const comparable = (each: object) => withoutZeros(each, { except: ['collisionCount'] }) as unknown as JsonValue;
    if (jsonEquals(comparable(owner.status ?? {}), comparable(status))) return;
    await writeStatus({ resource: this.#options.context.client.of(daemonSets), object: owner, status });
  }

  async #keepHistory(owner: DaemonSet, selector: LabelSelector): Promise<HistoryPlan> {
    const { context, revisions } = this.#options;
    const { client } = context;
    const own = await claim(controlledBy(revisions.lister, owner, { orphans: true }), {
      client,
      owner,
      ownerType: daemonSets,
      type: controllerRevisions,
      matches: ({ metadata }) => selector.matches(metadata.labels),
    });
    const plan = planHistory(owner, own);
    if (plan.create !== undefined) await this.#createRevision(plan.create, owner);
    for (const revision of plan.updates) await client.of(controllerRevisions).update(revision);
    return plan;
  }

  async #createRevision(revision: ControllerRevision, owner: DaemonSet): Promise<void> {
    const { client } = this.#options.context;
    const { name = '', namespace = '' } = revision.metadata;
    try {
      await client.of(controllerRevisions).create(revision);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const known = await client.of(controllerRevisions).get(name, { namespace });
      if (holdsTemplate(known, owner.spec?.template)) return;
      const fresh = await client.of(daemonSets).get(owner.metadata.name ?? '', { namespace });
      const before = owner.status?.collisionCount ?? 0;
      if ((fresh.status?.collisionCount ?? 0) === before) {
        const status = { ...(fresh.status as NonNullable<DaemonSet['status']>), collisionCount: before + 1 };
        await client.of(daemonSets).updateStatus({ ...fresh, status });
      }
      throw error;
    }
  }

  /** Pods of a revision that is given up for another with the same template become that one's. */
  async #relabel({ duplicates, hash }: HistoryPlan, own: readonly Pod[]): Promise<void> {
    if (duplicates.length === 0) return;
    const given = new Set(duplicates.map(({ metadata }) => metadata.labels?.[hashLabel]));
    for (const { metadata } of own) {
      if (!given.has(metadata.labels?.[hashLabel])) continue;
      const { name = '', namespace } = metadata;
      await this.#options.context.client
        .of(pods)
        .patch(name, { metadata: { labels: { [hashLabel]: hash } } }, { namespace });
    }
    for (const revision of duplicates) await this.#drop(revision);
  }

  async #drop({ metadata }: ControllerRevision): Promise<void> {
    const { name = '', namespace } = metadata;
    try {
      await this.#options.context.client.of(controllerRevisions).delete(name, { namespace });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
