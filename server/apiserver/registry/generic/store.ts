/**
 * One resource's store: the rules that every resource shares (names, metadata, strategy, preconditions, grace, finalizers,
 * retries on conflict) over the cacher for reads and the storage seam for writes. Objects here are in the storage version.
 */
import { KeyExists, KeyNotFound, RevisionConflict } from '../../../../backends/storage/errors.ts';
import type { Storage } from '../../../../backends/storage/interface.ts';
import type { FieldError } from '../../../apimachinery/errors/field-error.ts';
import {
  failure,
  newAlreadyExists,
  newConflict,
  newGenerateNameConflict,
  newInvalid,
  newNotFound,
  StatusError,
} from '../../../apimachinery/errors/status-error.ts';
import type { GroupResource, KubeObject } from '../../../apimachinery/meta/object.ts';
import { toStoredForm } from '../../../apimachinery/schema/stored-form.ts';
import type { StructSchema } from '../../../apimachinery/schema/type-schema.ts';
import type { CachedObject, Cacher, ResourceCache } from '../../cacher/interface.ts';
import { keepTimes } from '../../field-manager/keep-times.ts';
import { cachedBytes, type ObjectLayout } from '../../storage/object-layout.ts';
import { type DeleteOptions, isHeld, prepareDelete } from './deletion.ts';
import { generateName, generateNameAttempts } from './generate-name.ts';
import { creationErrors, updateErrors } from './object-errors.ts';
import {
  checkDeletePreconditions,
  checkNamespacePreconditions,
  checkUpdatePreconditions,
  checkSeenVersion,
  MODIFIED,
} from './preconditions.ts';
import type { ResourceDefinition } from './resource-definition.ts';
import { settled, type StoreHooks } from './store-hooks.ts';
import type { Deleted, StoreParts, Stored, Transform, UpdateOptions, Updated, WriteOptions } from './store-options.ts';
import { changedBeyondMetadata, clearStatus, keepStatus, mayBeStale, requirePathSegment } from './store-rules.ts';
import { StoredValues } from './stored-values.ts';
import { fillForCreate, fillForUpdate } from './system-metadata.ts';

/** What upstream's store puts before its keys. */
const KEY_PREFIX = '/registry';
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
  readonly #hooks: StoreHooks | undefined;
  readonly #values: StoredValues;

  constructor(parts: StoreParts) {
    this.definition = parts.definition;
    this.groupResource = { group: parts.definition.group, resource: parts.definition.resource };
    this.schema = parts.schema;
    this.#storage = parts.storage;
    this.#cacher = parts.cacher;
    this.#hooks = parts.hooks;
    this.#values = new StoredValues(parts);
    this.cache = parts.cache;
    this.storageKind = parts.storageKind;
    this.storageApiVersion = parts.storageApiVersion;
    this.layout = parts.cache.resource.layout;
  }

  /** @throws StatusError BadRequest for a name that a path cannot have */
  key(namespace: string, name: string): string {
    requirePathSegment(name);
    const { prefix } = this.cache.resource;
    return this.definition.namespaced ? `${prefix}${namespace}/${name}` : prefix + name;
  }

  parse(cached: CachedObject): KubeObject {
    return this.#values.parse(cached);
  }

  /** From the cache as it stands; the caller decides how fresh it must be. @throws StatusError NotFound */
  get(namespace: string, name: string): CachedObject | Promise<CachedObject> {
    const cached = this.#values.find(this.key(namespace, name));
    if (cached === undefined) throw newNotFound(this.groupResource, name);
    return cached;
  }

  async create(object: KubeObject, options: WriteOptions): Promise<Stored> {
    const generated =
      object.metadata.name === undefined || object.metadata.name === '' ? object.metadata.generateName : undefined;
    if (generated === undefined || generated === '') return this.#createOnce(object, options);
    for (let attempt = 1; ; attempt++) {
      object.metadata.name =
        this.definition.strategy.takesPrefixAsName === true
          ? generated
          : generateName(generated, options.context.random);
      try {
        // What hooks have allocated for one name is not for the next.
        return await this.#createOnce(this.#hooks === undefined ? object : structuredClone(object), options);
      } catch (error) {
        if (!(error instanceof StatusError) || error.status.reason !== 'AlreadyExists') throw error;
        if (attempt >= generateNameAttempts) throw error;
      }
    }
  }

  async #createOnce(object: KubeObject, options: WriteOptions): Promise<Stored> {
    const { context } = options;
    fillForCreate(object, this.definition.strategy, context);
    if (this.#hooks === undefined) return this.#createFilled(object, options);
    const pending = await this.#hooks.beginCreate(object, context);
    return settled(pending, () => this.#createFilled(object, options));
  }

  async #createFilled(object: KubeObject, options: WriteOptions): Promise<Stored> {
    const { strategy } = this.definition;
    const { context } = options;
    if (this.#resetsStatus) clearStatus(object, this.schema);
    strategy.prepareForCreate?.(object, context);
    this.#throwIfInvalid(object, creationErrors(object, this.definition, context));
    for (const text of strategy.warningsOnCreate?.(object) ?? []) options.warn(text);
    strategy.canonicalize?.(object);
    await options.admit?.(object, undefined);
    if (this.definition.storedAsJson !== true) toStoredForm(this.schema, object);

    const { name = '', resourceVersion = '' } = object.metadata;
    const key = this.key(options.namespace, name);
    if (context.dryRun) {
      if ((await this.#readThrough(key)) !== undefined) throw this.#alreadyExists(key, object);
      return { object: this.#asReadBack(object) };
    }
    if (/^0*[1-9]\d*$/.test(resourceVersion)) {
      throw failure({ code: 500, reason: '', message: 'resourceVersion should not be set on objects to be created' });
    }
    const value = this.#values.encode(object);
    const stored = await this.#values.toStored(value);
    try {
      const { revision } = await this.#storage.create(key, stored);
      return await this.#committed(key, object, value, revision);
    } catch (error) {
      if (!(error instanceof KeyExists)) throw error;
      await this.#readThrough(key);
      throw this.#alreadyExists(key, object);
    }
  }

  /** As the cache shows the object that is in the way. */
  #alreadyExists(key: string, object: KubeObject): StatusError {
    const { name = '', generateName = '' } = object.metadata;
    const { status } =
      generateName === ''
        ? newAlreadyExists(this.groupResource, name)
        : newGenerateNameConflict(this.groupResource, name);
    const present = this.#values.parseStored(key);
    if (present?.metadata.deletionTimestamp === undefined) return new StatusError(status);
    return new StatusError({ ...status, message: `object is being deleted: ${status.message ?? ''}` });
  }

  async update(name: string, transform: Transform, options: UpdateOptions): Promise<Updated> {
    const key = this.key(options.namespace, name);
    let current = await this.#values.find(key);
    // What the cache shows may be older than the store: nothing is refused before the store itself has been asked.
    let fresh = false;
    for (let attempt = 1; ; attempt++) {
      let refusal: StatusError | undefined;
      try {
        const updated = await this.#updateOnce(name, key, current, transform, options);
        if (updated !== undefined) return updated;
      } catch (error) {
        if (!(error instanceof StatusError) || fresh) throw error;
        refusal = error;
      }
      if (attempt >= maxUpdateAttempts) throw newConflict(this.groupResource, name, MODIFIED);
      const found = await this.#readThrough(key);
      if (refusal !== undefined && current !== undefined && found?.revision === current.revision) throw refusal;
      // Sole writer or up-to-date cache: the first answer was right, and asking again would only repeat it.
      fresh = true;
      if (found === undefined && current === undefined && !options.allowCreate) {
        throw refusal ?? newNotFound(this.groupResource, name);
      }
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
      if ((object.metadata.resourceVersion ?? '') !== '' && !options.isPatch)
        throw newNotFound(this.groupResource, name);
      if ((object.metadata.uid ?? '') !== '') {
        const uid = object.metadata.uid ?? '';
        throw newConflict(
          this.groupResource,
          name,
          `Precondition failed: UID in precondition: ${uid}, UID in object meta: `,
        );
      }
      return { ...(await this.create(object, options)), created: true };
    }

    const old = this.parse(current);
    // A dry run does not get as far as the prefix.
    const shown = options.context.dryRun ? key.slice(KEY_PREFIX.length) : key;
    checkUpdatePreconditions(this.groupResource, shown, old, options.preconditions);
    const object = await transform(old);
    const { uid = '' } = object.metadata;
    if (!options.isPatch && uid !== '') checkUpdatePreconditions(this.groupResource, shown, old, { uid });
    const allowUnconditional = this.definition.strategy.allowUnconditionalUpdate !== false;
    checkSeenVersion(this.groupResource, object, old, { allowUnconditional });
    const write = () => this.#storeUpdate(object, { key, current, old }, options);
    if (this.#hooks === undefined || !this.#isFull(options)) return write();
    return settled(await this.#hooks.beginUpdate(object, old, options.context), write);
  }

  /** Undefined: lost a race. */
  async #storeUpdate(
    object: KubeObject,
    { key, current, old }: { key: string; current: CachedObject; old: KubeObject },
    options: UpdateOptions,
  ): Promise<Updated | undefined> {
    await this.#prepareUpdate(object, old, options);
    keepTimes(object, old);

    const gone = object.metadata.deletionTimestamp !== undefined && !this.#isWaiting(object);
    if (options.context.dryRun) return { object: this.#asReadBack(object), created: false };
    try {
      if (gone) {
        // The last finalizer went: the update is a deletion of what is there, and is itself never stored.
        const { revision } = await this.#storage.delete(key, current.revision);
        await this.#cacher.waitUntilFresh(revision);
        await this.#hooks?.afterDelete(object, options.context);
        return { object, created: false };
      }
      const value = this.#values.encode(object);
      if (await this.#staysAsItIs(current, value)) return { object, cached: current, created: false };
      const { revision } = await this.#storage.update(key, await this.#values.toStored(value), current.revision);
      return { ...(await this.#committed(key, object, value, revision)), created: false };
    } catch (error) {
      if (error instanceof RevisionConflict || error instanceof KeyNotFound) return undefined;
      throw error;
    }
  }

  async #prepareUpdate(object: KubeObject, old: KubeObject, options: UpdateOptions): Promise<void> {
    const strategy = options.strategy ?? this.definition.strategy;
    const full = this.#isFull(options);
    fillForUpdate(object, old);
    if (full && this.#resetsStatus) keepStatus(object, old);
    strategy.prepareForUpdate?.(object, old, options.context);
    if (this.definition.strategy.generation === true && full && changedBeyondMetadata(object, old)) {
      object.metadata.generation = (old.metadata.generation ?? 0) + 1;
    }
    const rules = { definition: this.definition, strategy, context: options.context };
    this.#throwIfInvalid(object, updateErrors(object, old, rules));
    for (const text of strategy.warningsOnUpdate?.(object, old) ?? []) options.warn(text);
    this.definition.strategy.canonicalize?.(object);
    await options.admit?.(object, old);
    if (this.definition.storedAsJson !== true) toStoredForm(this.schema, object);
  }

  /** Not through a subresource. */
  #isFull({ strategy = this.definition.strategy }: UpdateOptions): boolean {
    return strategy === this.definition.strategy;
  }

  async delete(name: string, options: DeleteOptions, write: WriteOptions): Promise<Deleted> {
    const key = this.key(write.namespace, name);
    let current = await this.#values.find(key);
    for (let attempt = 1, fresh = false; ; attempt++) {
      try {
        if (current === undefined) throw newNotFound(this.groupResource, name);
        const deleted = await this.#deleteOnce(name, key, current, { ...options }, write);
        if (deleted !== undefined) return deleted;
      } catch (error) {
        if (!(error instanceof StatusError) || fresh || !mayBeStale(error)) throw error;
      }
      if (attempt >= maxUpdateAttempts) throw newConflict(this.groupResource, name, MODIFIED);
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
    const { strategy, storedAs, group, kind } = this.definition;
    const object = this.parse(current);
    const isNamespace = strategy.hasPendingFinalizers !== undefined;
    if (isNamespace) checkNamespacePreconditions(this.groupResource, object, options.preconditions);
    else checkDeletePreconditions({ group: storedAs?.group ?? group, kind }, object, options.preconditions);
    await write.admit?.(object, object);
    if (isNamespace && object.metadata.deletionTimestamp !== undefined && isHeld(strategy, object)) {
      return { object, cached: current, gone: false };
    }
    const deleteNow = prepareDelete(strategy, object, options, write.context);
    if (deleteNow === undefined) return { object, cached: current, gone: false };
    if (write.context.dryRun) return { object, gone: deleteNow };
    try {
      if (deleteNow) {
        // Where grace was asked for and there is none to wait for, upstream writes the mark and then deletes: here one write does both.
        const marked = strategy.checkGracefulDelete === undefined ? undefined : this.#values.encode(object);
        const { revision } = await this.#storage.delete(key, current.revision, marked);
        await this.#cacher.waitUntilFresh(revision);
        object.metadata.resourceVersion = String(revision);
        await this.#hooks?.afterDelete(object, write.context);
        return { object, gone: true };
      }
      const value = this.#values.encode(object);
      if (await this.#staysAsItIs(current, value)) return { object, cached: current, gone: false };
      const { revision } = await this.#storage.update(key, await this.#values.toStored(value), current.revision);
      return { ...(await this.#committed(key, object, value, revision)), gone: false };
    } catch (error) {
      if (error instanceof RevisionConflict || error instanceof KeyNotFound) return undefined;
      throw error;
    }
  }

  /** The newest state of one key, past the cache. */
  async #readThrough(key: string): Promise<CachedObject | undefined> {
    await this.#cacher.waitUntilConsistent();
    return this.#values.find(key);
  }

  /** Waits until this server's own cache shows the write, then answers with the cache's bytes where they are still the newest. */
  async #committed(key: string, object: KubeObject, value: Uint8Array, revision: number): Promise<Stored> {
    object.metadata.resourceVersion = String(revision);
    const wait = this.#cacher.waitUntilFresh(revision);
    if (wait !== undefined) await wait;
    const written = await this.#values.written(key, revision, object);
    if (written !== undefined) return written;
    const { namespace = '', name = '' } = object.metadata;
    return { object, cached: { key, namespace, name, revision, bytes: cachedBytes(this.layout, value, revision) } };
  }

  /** What is not stored is shown as what is: defaults may come only when it is read, as of a status. Mutates. */
  #asReadBack(object: KubeObject): KubeObject {
    this.cache.resource.reform?.(object);
    return object;
  }

  /** Writing what is there already brings a value to the present way of keeping it at rest. */
  async #staysAsItIs(current: CachedObject, value: Uint8Array): Promise<boolean> {
    return this.#values.isUnchanged(current, value) && !(await this.#cacher.atRest.isStale(current.key));
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
    const { group, kind, storedAs } = this.definition;
    return newInvalid({ group: storedAs?.group ?? group, kind }, object.metadata.name ?? '', errors);
  }
}
