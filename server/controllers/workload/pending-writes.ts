/**
 * Whether what a controller last wrote for an owner shows in the lister yet: until then, counting dependents would make or end too many.
 * Creations are compared by resourceVersion, other changes by what the lister has under their uid, so that nothing has to be counted
 * and nothing times out.
 */
import type { Informer } from '../../client/informer.ts';
import { joinKey, type Stored } from '../../client/lister.ts';
import { compareResourceVersions } from '../../client/resource-version.ts';

interface Pending<T> {
  resourceVersion: string;
  /** By key. */
  readonly changes: Map<string, PendingChange<T>>;
}

interface PendingChange<T> {
  readonly uid: string | undefined;
  readonly isSeen: (object: T) => boolean;
}

/** Milliseconds after which it is looked again whether they have: an event mostly says so before. */
export const LOOK_AGAIN_MS = 1000;

export class PendingWrites<T extends Stored> {
  readonly #informer: Informer<T>;
  readonly #pending = new Map<string, Pending<T>>();

  constructor(informer: Informer<T>) {
    this.#informer = informer;
  }

  /** `object` as the server answered. */
  wrote(owner: string, { metadata }: Stored): void {
    const pending = this.#of(owner);
    const { resourceVersion = '' } = metadata;
    if (compareResourceVersions(resourceVersion, pending.resourceVersion) > 0)
      pending.resourceVersion = resourceVersion;
  }

  deleted(owner: string, object: Stored): void {
    this.changed(owner, object, ({ metadata }) => metadata.deletionTimestamp !== undefined);
  }

  /** Also where the change may be the object's end, which has no resourceVersion to wait for. */
  changed(owner: string, { metadata }: Stored, isSeen: (object: T) => boolean): void {
    const { name = '', namespace, uid } = metadata;
    this.#of(owner).changes.set(joinKey(name, namespace), { uid, isSeen });
  }

  areSeen(owner: string): boolean {
    const pending = this.#pending.get(owner);
    if (pending === undefined) return true;
    if (pending.resourceVersion !== '' && !this.#informer.hasSeen(pending.resourceVersion)) return false;
    for (const [key, { uid, isSeen }] of pending.changes) {
      const known = this.#informer.lister.byKey(key);
      if (known !== undefined && known.metadata.uid === uid && !isSeen(known)) return false;
      pending.changes.delete(key);
    }
    this.#pending.delete(owner);
    return true;
  }

  /** Resolves once the creations so far show, or the signal aborts. */
  async creationsSeen(owner: string, signal: AbortSignal): Promise<void> {
    const { resourceVersion = '' } = this.#pending.get(owner) ?? {};
    if (resourceVersion !== '') await this.#informer.seen(resourceVersion, signal);
  }

  forget(owner: string): void {
    this.#pending.delete(owner);
  }

  #of(owner: string): Pending<T> {
    let pending = this.#pending.get(owner);
    if (pending === undefined) this.#pending.set(owner, (pending = { resourceVersion: '', changes: new Map() }));
    return pending;
  }
}
