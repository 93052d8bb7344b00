/** Writes that the server makes for itself while it starts; several servers may start on one store at once. */
import { newNotFound, StatusError } from '../../apimachinery/errors/status-error.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Random } from '../../apimachinery/clock/random.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { applyOwnWrite, type OwnWrite, trackOwnWrite } from '../field-manager/track-own-write.ts';
import { findSubresource } from '../handlers/status-half.ts';
import { ownWriteOptions } from '../registry/own-writes.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';

export interface OwnObjectsOptions {
  readonly scopeOf: (group: string, version: string, resource: string) => ResourceScope | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** Unset: the server's own name. */
  readonly fieldManager?: string;
}

export class OwnObjects {
  readonly #scope: ResourceScope;
  readonly #options: OwnObjectsOptions;

  private constructor(scope: ResourceScope, options: OwnObjectsOptions) {
    this.#scope = scope;
    this.#options = options;
  }

  /** Undefined: that version is not served. */
  static of(path: readonly [string, string, string], options: OwnObjectsOptions): OwnObjects | undefined {
    const scope = options.scopeOf(...path);
    return scope === undefined ? undefined : new OwnObjects(scope, options);
  }

  get({ metadata }: KubeObject): KubeObject | undefined {
    const { store, cache } = this.#scope;
    const cached = cache.get(store.key(metadata.namespace ?? '', metadata.name ?? ''));
    return cached === undefined ? undefined : store.parse(cached);
  }

  /** Whoever is first makes it. */
  async createMissing(object: KubeObject): Promise<void> {
    const { store, cache } = this.#scope;
    const { namespace = '', name = '' } = object.metadata;
    if (cache.get(store.key(namespace, name)) !== undefined) return;
    try {
      const complete = this.#scope.decodeOwn(object);
      this.#track(complete, undefined);
      await store.create(complete, ownWriteOptions(this.#options, namespace));
    } catch (error) {
      if (!isReason(error, 'AlreadyExists')) throw error;
    }
  }

  /** `change` gets the present state, again after a lost race; undefined leaves it as it is. One that is gone stays gone. */
  update(object: KubeObject, change: (present: KubeObject) => KubeObject | undefined): Promise<void> {
    return this.#change(object, change, '');
  }

  #change(
    object: KubeObject,
    change: (present: KubeObject) => KubeObject | undefined,
    subresource: string,
  ): Promise<void> {
    return this.#write(object, subresource, (present) => {
      const changed = change(present);
      if (changed === undefined) return undefined;
      const next = { ...changed, metadata: { ...changed.metadata } };
      this.#track(next, present, subresource);
      return next;
    });
  }

  /** `make` says who owns what of the object that it makes. */
  async #write(
    object: KubeObject,
    subresource: string,
    make: (present: KubeObject) => KubeObject | undefined,
  ): Promise<void> {
    const { namespace = '', name = '' } = object.metadata;
    const { store, groupResource, definition } = this.#scope;
    const strategy = subresource === '' ? undefined : findSubresource(definition, subresource)?.strategy;
    const options = {
      ...ownWriteOptions(this.#options, namespace),
      ...(strategy === undefined ? {} : { strategy }),
      allowCreate: false,
      isPatch: true,
    };
    const transform = (old: KubeObject | undefined) => {
      if (old === undefined) throw newNotFound(groupResource, name);
      return make(old) ?? old;
    };
    await store.update(name, transform, options).catch((error: unknown) => {
      if (!isReason(error, 'NotFound')) throw error;
    });
  }

  /** The same for its status. */
  updateStatus(object: KubeObject, change: (present: KubeObject) => KubeObject | undefined): Promise<void> {
    return this.#change(object, change, 'status');
  }

  /** The same by applying a status: no other one's part of it is touched. `wanted` tells it; undefined: it is there. */
  applyStatus(object: KubeObject, wanted: (present: KubeObject) => JsonObject | undefined): Promise<void> {
    const { kind, apiVersion } = this.#scope;
    return this.#write(object, 'status', (present) => {
      const status = wanted(present);
      if (status === undefined) return undefined;
      const { name } = present.metadata;
      return applyOwnWrite(this.#writer('status'), { kind, apiVersion, metadata: { name }, status }, present);
    });
  }

  async delete(object: KubeObject): Promise<void> {
    const { namespace = '', name = '', uid } = object.metadata;
    const options = uid === undefined ? {} : { preconditions: { uid } };
    await this.#scope.store.delete(name, options, ownWriteOptions(this.#options, namespace)).catch((error: unknown) => {
      if (!isReason(error, 'NotFound')) throw error;
    });
  }

  /** Mutates `next`. */
  #track(next: KubeObject, old: KubeObject | undefined, subresource = ''): void {
    trackOwnWrite(this.#writer(subresource), next, old);
  }

  #writer(subresource: string): OwnWrite {
    return { scope: this.#scope, subresource, environment: this.#options, manager: this.#options.fieldManager };
  }
}

function isReason(error: unknown, reason: string): boolean {
  return error instanceof StatusError && error.status.reason === reason;
}
