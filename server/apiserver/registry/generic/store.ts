/**
 * One resource's store: the rules that every resource shares (names, metadata, strategy, preconditions, grace, finalizers,
 * retries on conflict) over the cacher for reads and the storage seam for writes. Objects here are in the storage version.
 */
import { KeyExists, KeyNotFound, RevisionConflict } from '../../../../backends/storage/errors.ts';
import type { Storage } from '../../../../backends/storage/interface.ts';
import type { FieldError } from '../../../apimachinery/errors/field-error.ts';
import { invalid } from '../../../apimachinery/errors/field-error.ts';
import {
  newAlreadyExists,
  newConflict,
  newGenerateNameConflict,
  newInvalid,
  newNotFound,
  StatusError,
} from '../../../apimachinery/errors/status-error.ts';
import { type GroupResource, type KubeObject } from '../../../apimachinery/meta/object.ts';
import { zeroOf } from '../../../apimachinery/schema/canonical.ts';
import { toStoredForm } from '../../../apimachinery/schema/stored-form.ts';
import type { StructSchema } from '../../../apimachinery/schema/type-schema.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../../apimachinery/validation/object-meta.ts';
import { validateDnsSubdomainName } from '../../../apimachinery/validation/names.ts';
import type { CachedObject, Cacher, ResourceCache } from '../../cacher/interface.ts';
import { parseCached } from '../../cacher/parse-object.ts';
import { cachedBytes, type ObjectLayout } from '../../storage/object-layout.ts';
import { beginGracefulDeletion, type DeleteOptions, finalizersForDeletion, isHeld, markDeleting } from './deletion.ts';
import { generateName, generateNameAttempts } from './generate-name.ts';
import { checkPreconditions, type Preconditions } from './preconditions.ts';
import type { ResourceDefinition, StrategyContext, UpdateStrategy } from './resource-definition.ts';
import { fillForCreate, fillForUpdate, storedMetadata } from './system-metadata.ts';

export interface StoreParts {
  readonly definition: ResourceDefinition;
  readonly storage: Storage;
  readonly cacher: Cacher;
  readonly cache: ResourceCache;
  /** Schema of the storage version. */
  readonly schema: StructSchema;
  /** What the stored objects are called: kind and apiVersion of the storage version. */
  readonly storageKind: string;
  readonly storageApiVersion: string;
}

/** `cached` is what the store now holds; absent for a dry run. `object` has its resourceVersion. */
export interface Stored {
  readonly object: KubeObject;
  readonly cached?: CachedObject;
}

export interface WriteOptions {
  readonly context: StrategyContext;
  readonly namespace: string;
  /** Validating admission, called with the object about to be stored. */
  readonly admit?: (object: KubeObject, old: KubeObject | undefined) => void | Promise<void>;
  readonly warn: (text: string) => void;
}

export interface UpdateOptions extends WriteOptions {
  /** A status-like subresource's strategy in place of the resource's own. */
  readonly strategy?: UpdateStrategy;
  /** PUT may create (server-side apply always may). */
  readonly allowCreate: boolean;
  readonly preconditions?: Preconditions;
  /** Retries after a conflict even though the client named no resourceVersion: patches always do. */
  readonly isPatch: boolean;
}

export interface Updated extends Stored {
  readonly created: boolean;
}

/** Makes the object to store from the present one; called again after a conflict. `old` may be kept but not changed. */
export type Transform = (old: KubeObject | undefined) => KubeObject | Promise<KubeObject>;

export interface Deleted {
  /** The object as it now is or last was. */
  readonly object: KubeObject;
  readonly cached?: CachedObject;
  /** False: marked only; finalizers or a grace period hold it. */
  readonly gone: boolean;
}

const modified = 'the object has been modified; please apply your changes to the latest version and try again';
/** So often an update without a resourceVersion is tried again after losing a race, before it answers Conflict. */
const maxUpdateAttempts = 32;

export class GenericStore {
  readonly definition: ResourceDefinition;
  readonly groupResource: GroupResource;
  readonly schema: StructSchema;
  readonly storageKind: string;
  readonly storageApiVersion: string;
  readonly layout: ObjectLayout;
  readonly cache: ResourceCache;
  readonly #storage: Storage;
  readonly #cacher: Cacher;

  constructor(parts: StoreParts) {
    this.definition = parts.definition;
    this.groupResource = { group: parts.definition.group, resource: parts.definition.resource };
    this.schema = parts.schema;
    this.#storage = parts.storage;
    this.#cacher = parts.cacher;
    this.cache = parts.cache;
    this.storageKind = parts.storageKind;
    this.storageApiVersion = parts.storageApiVersion;
    this.layout = parts.cache.resource.layout;
  }

  key(namespace: string, name: string): string {
    const { prefix } = this.cache.resource;
    return this.definition.namespaced ? `${prefix}${namespace}/${name}` : prefix + name;
  }

  parse(cached: CachedObject): KubeObject {
    return parseCached(this.layout, cached);
  }

  /** From the cache as it stands; the caller decides how fresh it must be. @throws StatusError NotFound */
  get(namespace: string, name: string): CachedObject {
    const cached = this.cache.get(this.key(namespace, name));
    if (cached === undefined) throw newNotFound(this.groupResource, name);
    return cached;
  }

  async create(object: KubeObject, options: WriteOptions): Promise<Stored> {
    const generated = object.metadata.name === undefined || object.metadata.name === '' ? object.metadata.generateName : undefined;
    if (generated === undefined || generated === '') return this.#createOnce(object, options);
    for (let attempt = 1; ; attempt++) {
      object.metadata.name = generateName(generated, options.context.random);
      try {
        return await this.#createOnce(object, options);
      } catch (error) {
        if (!(error instanceof StatusError) || error.status.reason !== 'AlreadyExists') throw error;
        if (attempt >= generateNameAttempts) throw newGenerateNameConflict(this.groupResource, object.metadata.name);
      }
    }
  }

  async #createOnce(object: KubeObject, options: WriteOptions): Promise<Stored> {
    const { strategy } = this.definition;
    const { context } = options;
    fillForCreate(object, strategy, context);
    if (this.#resetsStatus) clearStatus(object, this.schema);
    strategy.prepareForCreate?.(object, context);
    const errors = validateObjectMeta(object.metadata, {
      namespaced: this.definition.namespaced,
      validateName: strategy.validateName ?? validateDnsSubdomainName,
      path: 'metadata',
    });
    if (strategy.validate !== undefined) errors.push(...strategy.validate(object));
    this.#throwIfInvalid(object, errors);
    for (const text of strategy.warningsOnCreate?.(object) ?? []) options.warn(text);
    strategy.canonicalize?.(object);
    await options.admit?.(object, undefined);
    if (this.definition.storedAsJson !== true) toStoredForm(this.schema, object);

    const name = object.metadata.name ?? '';
    const key = this.key(options.namespace, name);
    if (context.dryRun) {
      await this.#cacher.waitUntilConsistent();
      if (this.cache.get(key) !== undefined) throw newAlreadyExists(this.groupResource, name);
      return { object };
    }
    const value = this.#encode(object);
    try {
      const { revision } = await this.#storage.create(key, value);
      return this.#committed(key, object, value, revision);
    } catch (error) {
      if (error instanceof KeyExists) throw newAlreadyExists(this.groupResource, name);
      throw error;
    }
  }

  async update(name: string, transform: Transform, options: UpdateOptions): Promise<Updated> {
    const key = this.key(options.namespace, name);
    let current = this.cache.get(key);
    // What the cache shows may be older than the store: nothing is refused before the store itself has been asked.
    let fresh = false;
    for (let attempt = 1; ; attempt++) {
      try {
        const updated = await this.#updateOnce(name, key, current, transform, options);
        if (updated !== undefined) return updated;
      } catch (error) {
        if (!(error instanceof StatusError) || fresh || !mayBeStale(error)) throw error;
      }
      if (attempt >= maxUpdateAttempts) throw newConflict(this.groupResource, name, modified);
      const found = await this.#readThrough(key);
      // Sole writer or up-to-date cache: the first answer was right, and asking again would only repeat it.
      fresh = true;
      if (found === undefined && current === undefined && !options.allowCreate) throw newNotFound(this.groupResource, name);
      current = found;
    }
  }

  /** Undefined: lost a race, try again on the newest state. */
  async #updateOnce(
    name: string,
    key: string,
    current: CachedObject | undefined,
    transform: Transform,
    options: UpdateOptions,
  ): Promise<Updated | undefined> {
    if (current === undefined) {
      if (!options.allowCreate) throw newNotFound(this.groupResource, name);
      const object = await transform(undefined);
      // An update that names a version or uid expects something to be there.
      if ((object.metadata.resourceVersion ?? '') !== '' && !options.isPatch) throw newNotFound(this.groupResource, name);
      if ((object.metadata.uid ?? '') !== '') {
        const uid = object.metadata.uid ?? '';
        throw newConflict(this.groupResource, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: `);
      }
      return { ...(await this.create(object, options)), created: true };
    }

    const old = this.parse(current);
    checkPreconditions(this.groupResource, name, old, options.preconditions);
    const object = await transform(old);
    const version = object.metadata.resourceVersion ?? '';
    if (version === '' || version === '0') {
      if (this.definition.strategy.allowUnconditionalUpdate === false && !options.isPatch) {
        throw this.#invalid(object, [invalid('metadata.resourceVersion', version === '' ? 0 : version, 'must be specified for an update')]);
      }
    } else if (version !== old.metadata.resourceVersion) {
      throw newConflict(this.groupResource, name, modified);
    }
    const uid = object.metadata.uid ?? '';
    if (uid !== '' && uid !== old.metadata.uid) {
      throw newConflict(
        this.groupResource,
        name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid ?? ''}`,
      );
    }
    await this.#prepareUpdate(object, old, options);

    const gone = object.metadata.deletionTimestamp !== undefined && !this.#isWaiting(object);
    object.metadata.resourceVersion = old.metadata.resourceVersion;
    if (options.context.dryRun) return { object, created: false };
    if (gone) return this.#removeAfterUpdate(key, object, current.revision);
    const value = this.#encode(object);
    if (this.#isUnchanged(current, value)) return { object, cached: current, created: false };
    try {
      const { revision } = await this.#storage.update(key, value, current.revision);
      return { ...(await this.#committed(key, object, value, revision)), created: false };
    } catch (error) {
      if (error instanceof RevisionConflict || error instanceof KeyNotFound) return undefined;
      throw error;
    }
  }

  async #prepareUpdate(object: KubeObject, old: KubeObject, options: UpdateOptions): Promise<void> {
    const strategy = options.strategy ?? this.definition.strategy;
    const full = strategy === this.definition.strategy;
    fillForUpdate(object, old);
    if (full && this.#resetsStatus) keepStatus(object, old);
    strategy.prepareForUpdate?.(object, old, options.context);
    if (this.definition.strategy.generation === true && full && changedBeyondMetadata(object, old)) {
      object.metadata.generation = (old.metadata.generation ?? 0) + 1;
    }
    const errors = validateObjectMetaUpdate(object.metadata, old.metadata, { path: 'metadata' });
    if (full) {
      errors.push(
        ...validateObjectMeta(object.metadata, {
          namespaced: this.definition.namespaced,
          // Names were checked on create and cannot change; older rules must not lock an object.
          validateName: () => [],
          path: 'metadata',
        }),
      );
    }
    if (strategy.validateUpdate !== undefined) errors.push(...strategy.validateUpdate(object, old));
    this.#throwIfInvalid(object, errors);
    for (const text of strategy.warningsOnUpdate?.(object, old) ?? []) options.warn(text);
    this.definition.strategy.canonicalize?.(object);
    await options.admit?.(object, old);
    if (this.definition.storedAsJson !== true) toStoredForm(this.schema, object);
  }

  /** The last finalizer went: the update is a deletion, and the DELETED event carries the updated object. */
  async #removeAfterUpdate(key: string, object: KubeObject, expected: number): Promise<Updated | undefined> {
    const value = this.#encode(object);
    try {
      const { revision } = await this.#storage.delete(key, expected, value);
      const stored = await this.#committed(key, object, value, revision);
      return { ...stored, created: false };
    } catch (error) {
      if (error instanceof RevisionConflict || error instanceof KeyNotFound) return undefined;
      throw error;
    }
  }

  async delete(name: string, options: DeleteOptions, write: WriteOptions): Promise<Deleted> {
    const key = this.key(write.namespace, name);
    let current = this.cache.get(key);
    for (let attempt = 1, fresh = false; ; attempt++) {
      try {
        if (current === undefined) throw newNotFound(this.groupResource, name);
        const deleted = await this.#deleteOnce(name, key, current, { ...options }, write);
        if (deleted !== undefined) return deleted;
      } catch (error) {
        if (!(error instanceof StatusError) || fresh || !mayBeStale(error)) throw error;
      }
      if (attempt >= maxUpdateAttempts) throw newConflict(this.groupResource, name, modified);
      current = await this.#readThrough(key);
      fresh = true;
    }
  }

  async #deleteOnce(
    name: string,
    key: string,
    current: CachedObject,
    options: DeleteOptions,
    write: WriteOptions,
  ): Promise<Deleted | undefined> {
    const { strategy } = this.definition;
    const object = this.parse(current);
    checkPreconditions(this.groupResource, name, object, options.preconditions);
    await write.admit?.(object, object);
    const grace = beginGracefulDeletion(strategy, object, options, write.context);
    if (grace === 'pending') return { object, cached: current, gone: false };
    const finalizers = finalizersForDeletion(strategy, object, options);
    if (finalizers.length > 0) object.metadata.finalizers = finalizers;
    else delete object.metadata.finalizers;
    const held = isHeld(strategy, object);
    const deleteNow = grace === 'now' && !held;
    if (!deleteNow && grace === 'now') markDeleting(strategy, object, write.context);
    if (write.context.dryRun) return { object, gone: deleteNow };
    try {
      if (deleteNow) {
        const { revision } = await this.#storage.delete(key, current.revision);
        await this.#cacher.waitUntilFresh(revision);
        return { object, gone: true };
      }
      const value = this.#encode(object);
      if (this.#isUnchanged(current, value)) return { object, cached: current, gone: false };
      const { revision } = await this.#storage.update(key, value, current.revision);
      return { ...(await this.#committed(key, object, value, revision)), gone: false };
    } catch (error) {
      if (error instanceof RevisionConflict || error instanceof KeyNotFound) return undefined;
      throw error;
    }
  }

  /** The newest state of one key, past the cache. */
  async #readThrough(key: string): Promise<CachedObject | undefined> {
    await this.#cacher.waitUntilConsistent();
    return this.cache.get(key);
  }

  /** Waits until this server's own cache shows the write, then answers with the cache's bytes where they are still the newest. */
  async #committed(key: string, object: KubeObject, value: Uint8Array, revision: number): Promise<Stored> {
    object.metadata.resourceVersion = String(revision);
    const wait = this.#cacher.waitUntilFresh(revision);
    if (wait !== undefined) await wait;
    const cached = this.cache.get(key);
    if (cached?.revision === revision) return { object, cached };
    const { namespace = '', name = '' } = object.metadata;
    return { object, cached: { key, namespace, name, revision, bytes: cachedBytes(this.layout, value, revision) } };
  }

  #encode(object: KubeObject): Buffer {
    const { metadata, kind: _kind, apiVersion: _apiVersion, ...rest } = object;
    return Buffer.from(
      JSON.stringify({ kind: this.storageKind, apiVersion: this.storageApiVersion, metadata: storedMetadata(metadata), ...rest }),
    );
  }

  #isUnchanged(current: CachedObject, value: Uint8Array): boolean {
    return cachedBytes(this.layout, value, current.revision).equals(current.bytes);
  }

  get #resetsStatus(): boolean {
    const { strategy, subresources } = this.definition;
    return strategy.resetStatus ?? subresources?.some((sub) => sub.name === 'status') ?? false;
  }

  /** Marked for deletion but still held: by finalizers, or by a grace period that runs. */
  #isWaiting(object: KubeObject): boolean {
    const { strategy } = this.definition;
    const grace = object.metadata.deletionGracePeriodSeconds ?? 0;
    return isHeld(strategy, object) || (strategy.checkGracefulDelete !== undefined && grace > 0);
  }

  #throwIfInvalid(object: KubeObject, errors: readonly FieldError[]): void {
    if (errors.length > 0) throw this.#invalid(object, errors);
  }

  #invalid(object: KubeObject, errors: readonly FieldError[]): StatusError {
    const { group, kind } = this.definition;
    return newInvalid({ group, kind }, object.metadata.name ?? '', errors);
  }
}

export function storageKeyPrefix(definition: ResourceDefinition): string {
  const path = definition.storagePrefix ?? definition.resource;
  return `/registry/${path}/`;
}

/** Refusals that rest on what the cache showed; the store itself may say otherwise. */
function mayBeStale(error: StatusError): boolean {
  return error.status.code === 404 || error.status.code === 409;
}

function changedBeyondMetadata(object: KubeObject, old: KubeObject): boolean {
  const strip = ({ metadata: _m, status: _s, kind: _k, apiVersion: _a, ...rest }: KubeObject) => JSON.stringify(rest);
  return strip(object) !== strip(old);
}

function keepStatus(object: KubeObject, old: KubeObject): void {
  if (old.status === undefined) delete object.status;
  else object.status = old.status;
}

/** A status half that is always written becomes empty, one that may be absent goes. */
function clearStatus(object: KubeObject, schema: StructSchema): void {
  const field = schema.byName.get('status');
  if (field?.always === true) object.status = zeroOf(field);
  else delete object.status;
}
