/** Carries out what is planned for the pods of a stateful set and their claims, and says so in its events. */
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../../client/api-types.ts';
import { isAlreadyExists, isNotFound } from '../../client/client.ts';
import { keyOf } from '../../client/lister.ts';
import { persistentVolumeClaims, pods } from '../../client/resource-types.ts';
import type { ControllerContext } from '../controller.ts';
import type { PendingWrites } from '../workload/pending-writes.ts';
import { textOf } from '../workload/pod-control.ts';
import { claimsOf, hasForeignController, isOwnedAsWanted, ownedAsWanted } from './claims.ts';
import type { StatefulAction } from './reconcile.ts';
import { hasIdentity, hasStorage, withIdentity, withStorage } from './stateful-pod.ts';

export interface StatefulPodControlOptions {
  readonly context: ControllerContext;
  readonly pendingPods: PendingWrites<Pod>;
  readonly pendingClaims: PendingWrites<PersistentVolumeClaim>;
  readonly claimNamed: (name: string, namespace: string | undefined) => PersistentVolumeClaim | undefined;
}

export class StatefulPodControl {
  readonly #options: StatefulPodControlOptions;

  constructor(options: StatefulPodControlOptions) {
    this.#options = options;
  }

  async run(action: StatefulAction, set: StatefulSet): Promise<void> {
    const { pod } = action;
    switch (action.kind) {
      case 'create':
        return this.#create(set, pod);
      case 'make-claims':
        await this.#makeClaims(set, pod);
        await this.#ownClaims(set, pod);
        return undefined;
      case 'correct':
        return this.#correct(set, pod);
      case 'own-claims':
        await this.#ownClaims(set, pod);
        return undefined;
      case 'delete':
        return this.#delete(set, pod);
    }
  }

  async #create(set: StatefulSet, pod: Pod): Promise<void> {
    const { context, pendingPods } = this.#options;
    await this.#told(set, { verb: 'Create', pod }, async () => {
      await this.#makeClaims(set, pod);
      pendingPods.wrote(keyOf(set), await context.client.of(pods).create(pod));
      await this.#ownClaims(set, pod);
    });
  }

  async #correct(set: StatefulSet, pod: Pod): Promise<void> {
    const { context, pendingPods } = this.#options;
    const hasNewOwners = await this.#ownClaims(set, pod);
    const isRight = hasIdentity(set, pod) && hasStorage(set, pod);
    if (isRight && !hasNewOwners) return;
    // Claims count as a part of their pod.
    await this.#told(set, { verb: 'Update', pod }, async () => {
      if (isRight) return;
      if (!hasStorage(set, pod)) await this.#makeClaims(set, pod);
      const corrected = withStorage(set, withIdentity(set, pod));
      pendingPods.wrote(keyOf(set), await context.client.of(pods).update(corrected));
    });
  }

  async #delete(set: StatefulSet, pod: Pod): Promise<void> {
    const { context, pendingPods } = this.#options;
    const { name = '', namespace } = pod.metadata;
    await this.#told(set, { verb: 'Delete', pod }, async () => {
      try {
        await context.client.of(pods).delete(name, { namespace });
        pendingPods.deleted(keyOf(set), pod);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    });
  }

  async #makeClaims(set: StatefulSet, pod: Pod): Promise<void> {
    const { context, claimNamed, pendingClaims } = this.#options;
    for (const claim of claimsOf(set, pod)) {
      const { name = '', namespace } = claim.metadata;
      const known = claimNamed(name, namespace);
      if (known?.metadata.deletionTimestamp !== undefined) throw new Error(`pvc ${name} is being deleted`);
      if (known !== undefined) continue;
      const what = (result: string) => `Create Claim ${name} ${result}`;
      try {
        pendingClaims.wrote(keyOf(set), await context.client.of(persistentVolumeClaims).create(claim));
      } catch (error) {
        if (isAlreadyExists(error)) continue;
        const message = `${what(`for Pod ${pod.metadata.name}`)} in StatefulSet ${set.metadata.name} failed error: ${textOf(error)}`;
        context.events.event(set, { type: 'Warning', reason: 'FailedCreate', message });
        throw new Error(`failed to create PVC ${name}: ${textOf(error)}`, { cause: error });
      }
      const message = `${what(`Pod ${pod.metadata.name}`)} in StatefulSet ${set.metadata.name} success`;
      context.events.event(set, { type: 'Normal', reason: 'SuccessfulCreate', message });
    }
  }

  /** True where some of them had other owners. */
  async #ownClaims(set: StatefulSet, pod: Pod): Promise<boolean> {
    const { context, claimNamed, pendingClaims } = this.#options;
    let hasWritten = false;
    for (const { metadata } of claimsOf(set, pod)) {
      const { name = '', namespace } = metadata;
      const claim = claimNamed(name, namespace);
      if (claim === undefined) continue;
      if (hasForeignController(claim, set, pod)) {
        const message = `PersistentVolumeClaim ${name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
        context.events.event(set, { type: 'Warning', reason: 'ConflictingController', message });
      }
      if (isOwnedAsWanted(claim, set, pod)) continue;
      const owned = await context.client.of(persistentVolumeClaims).update(ownedAsWanted(claim, set, pod));
      pendingClaims.wrote(keyOf(set), owned);
      hasWritten = true;
    }
    return hasWritten;
  }

  async #told(
    set: StatefulSet,
    { verb, pod }: { verb: 'Create' | 'Update' | 'Delete'; pod: Pod },
    act: () => Promise<void>,
  ): Promise<void> {
    const { events } = this.#options.context;
    const what = `${verb} Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`;
    try {
      await act();
    } catch (error) {
      // Somebody else's pod has the name. No event comes when that goes: it is tried again, and not told each time.
      if (isAlreadyExists(error)) throw error;
      const message = `${what} failed error: ${textOf(error)}`;
      events.event(set, { type: 'Warning', reason: `Failed${verb}`, message });
      throw error;
    }
    events.event(set, { type: 'Normal', reason: `Successful${verb}`, message: `${what} successful` });
  }
}
