/**
 * Values that belong to one service each, addresses or ports: an object per value, named after it, whose parentRef is the
 * service. Creating the object is the claim: the store lets one of any number of servers do it, and nothing is locked, read
 * first or written twice. Which values look free comes from this server's cache.
 */
import type { Clock } from '../../../../../apimachinery/clock/clock.ts';
import type { Random } from '../../../../../apimachinery/clock/random.ts';
import { StatusError } from '../../../../../apimachinery/errors/status-error.ts';
import { asObject, asText } from '../../../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../../../apimachinery/meta/object.ts';
import type { CachedObject } from '../../../../cacher/interface.ts';
import type { GenericStore } from '../../../generic/store.ts';
import { type OwnFields, ownFieldsEntry } from '../../../own-fields.ts';
import { ownWriteOptions } from '../../../own-writes.ts';

export interface Owner {
  readonly namespace: string;
  readonly name: string;
}

export interface ClaimsParts {
  readonly store: GenericStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly labels: (value: string) => Record<string, string>;
  /** Of claims that clients see. */
  readonly fields?: OwnFields;
}

export class Claims {
  readonly #parts: ClaimsParts;

  constructor(parts: ClaimsParts) {
    this.#parts = parts;
  }

  isTaken(value: string): boolean {
    return this.#cached(value) !== undefined;
  }

  /** False: somebody has it. @throws StatusError when no such claim can be made */
  async take(value: string, owner: Owner): Promise<boolean> {
    const { store, labels, fields, clock } = this.#parts;
    const { namespace, name } = owner;
    const managedFields = fields === undefined ? {} : { managedFields: [ownFieldsEntry(fields, clock.now())] };
    const claim: KubeObject = {
      metadata: { name: value, labels: labels(value), ...managedFields },
      spec: { parentRef: { resource: 'services', namespace, name } },
    };
    try {
      await store.create(claim, ownWriteOptions(this.#parts));
      return true;
    } catch (error) {
      if (isStatus(error, 409)) return false;
      throw error;
    }
  }

  /** Only the owner's own claim goes: where two services say they have a value, one of them is wrong. */
  async release(value: string, owner: Owner): Promise<void> {
    const held = this.holderOf(value);
    if (held === undefined || held.namespace !== owner.namespace || held.name !== owner.name) return;
    await this.remove(value, held.uid);
  }

  /** Undefined: free, or not a service's. */
  holderOf(value: string): (Owner & { readonly uid: string }) | undefined {
    const claim = this.get(value);
    return claim === undefined ? undefined : ownerOf(claim);
  }

  get(value: string): KubeObject | undefined {
    const cached = this.#cached(value);
    return cached === undefined ? undefined : this.#parts.store.parse(cached);
  }

  /** Whosever it is: for repairs. `uid` is of the claim that was looked at. */
  async remove(value: string, uid: string): Promise<void> {
    try {
      await this.#parts.store.delete(value, { preconditions: { uid } }, ownWriteOptions(this.#parts));
    } catch (error) {
      if (!isStatus(error, 404) && !isStatus(error, 409)) throw error;
    }
  }

  /** Told of every claim that a service had, once it is gone from this server's cache. */
  onGone(tell: (value: string, owner: Owner) => void): void {
    const { store } = this.#parts;
    store.cache.observe({
      reset: () => undefined,
      set: () => undefined,
      delete: (cached) => {
        const owner = ownerOf(store.parse(cached));
        if (owner !== undefined) tell(cached.name, owner);
      },
    });
  }

  /** All of them, parsed. */
  async all(): Promise<KubeObject[]> {
    const { store } = this.#parts;
    const { items } = await store.cache.list({});
    return items.map((item) => store.parse(item));
  }

  #cached(value: string): CachedObject | undefined {
    const { store } = this.#parts;
    return store.cache.get(store.key('', value));
  }
}

/** Undefined: not a service's. */
function ownerOf(claim: KubeObject): (Owner & { readonly uid: string }) | undefined {
  const { group, resource, namespace, name } = asObject(asObject(claim.spec).parentRef);
  if (asText(group) !== '' || resource !== 'services') return undefined;
  return { namespace: asText(namespace), name: asText(name), uid: claim.metadata.uid ?? '' };
}

function isStatus(error: unknown, code: number): boolean {
  return error instanceof StatusError && error.status.code === code;
}
