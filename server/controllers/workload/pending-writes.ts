/**
 * Whether what a controller last wrote for an owner shows in the lister yet: until then, counting dependents would make or end too many.
 * Creations are compared by resourceVersion, deletions by uid, so that nothing has to be counted and nothing times out.
 */
import type { Informer } from '../../client/informer.ts';
import { joinKey, type Stored } from '../../client/lister.ts';
import { compareResourceVersions } from '../../client/resource-version.ts';

interface Pending {
  resourceVersion: string;
  /** Uids by key. */
  readonly deleted: Map<string, string | undefined>;
}

export class PendingWrites<T extends Stored> {
  readonly #informer: Informer<T>;
  readonly #pending = new Map<string, Pending>();

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

  deleted(owner: string, { metadata }: Stored): void {
    this.#of(owner).deleted.set(joinKey(metadata.name ?? '', metadata.namespace), metadata.uid);
  }

  areSeen(owner: string): boolean {
    const pending = this.#pending.get(owner);
    if (pending === undefined) return true;
    if (pending.resourceVersion !== '' && !this.#informer.hasSeen(pending.resourceVersion)) return false;
    for (const [key, uid] of pending.deleted) {
      const known = this.#informer.lister.byKey(key)?.metadata;
      if (known !== undefined && known.uid === uid && known.deletionTimestamp === undefined) return false;
      pending.deleted.delete(key);
    }
    this.#pending.delete(owner);
    return true;
  }

  forget(owner: string): void {
    this.#pending.delete(owner);
  }

  #of(owner: string): Pending {
    let pending = this.#pending.get(owner);
    if (pending === undefined) this.#pending.set(owner, (pending = { resourceVersion: '', deleted: new Map() }));
    return pending;
  }
}
