/**
 * Keeps the status of definitions and takes down those that are deleted. Every server does so for all definitions: what is to be
 * written follows from what is there, so that doing it twice changes nothing.
 */
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';
import { systemMasters, type UserInfo } from '../../apimachinery/request/user-info.ts';
import { cleanupFinalizer, isConditionTrue, setCondition } from '../../apis/apiextensions/conditions.ts';
import type { HandlerEnvironment } from '../handlers/handler-environment.ts';
import { fieldManagerOf } from '../field-manager/endpoint-field-manager.ts';
import { setManagedFields } from '../field-manager/managed-fields.ts';
import { findSubresource } from '../handlers/status-half.ts';
import type { WriteOptions } from '../registry/generic/store-options.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import type { CustomResources } from './custom-resources.ts';
import { updateStatus } from './definition-status.ts';

export interface DefinitionControllerOptions {
  /** Of the definitions themselves. */
  readonly scope: ResourceScope;
  readonly custom: CustomResources;
  readonly environment: HandlerEnvironment;
  readonly signal: AbortSignal;
  readonly onTrouble: (error: unknown) => void;
}

/** Milliseconds until a definition that could not be worked on is tried again. */
const RETRY = 1000;

/** As which the server owns what it writes. */
const managerName = 'kube-apiserver';

const user: UserInfo = { name: 'system:apiserver', uid: '', groups: [systemMasters], extra: {} };

/** Groups that are worked on side by side: their writes share commits. */
const PARALLEL_GROUPS = 16;

export class DefinitionController {
  readonly #options: DefinitionControllerOptions;
  /** Names of definitions to look at, in order, by their group: within a group one name depends on the other. */
  readonly #queue = new Map<string, Set<string>>();
  /** Groups that are being worked on. */
  readonly #running = new Map<string, Promise<void>>();
  /** Definitions whose objects are being waited for. */
  readonly #awaited = new Set<string>();
  #started = false;

  constructor(options: DefinitionControllerOptions) {
    this.#options = options;
    options.custom.listen((name) => this.#enqueue(name));
  }

  start(): void {
    this.#started = true;
    this.#wake();
  }

  /** Resolves once nothing is being worked on; for after the signal. */
  async stopped(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  #enqueue(name: string): void {
    const group = groupOf(name);
    let names = this.#queue.get(group);
    if (names === undefined) this.#queue.set(group, (names = new Set()));
    names.add(name);
    // A name may have become free, or its owner may have given it up.
    for (const other of this.#options.custom.inGroup(group)) if (!other.namesAccepted) names.add(other.name);
    this.#wake();
  }

  #wake(): void {
    const { signal } = this.#options;
    if (!this.#started || signal.aborted) return;
    for (const [group, names] of this.#queue) {
      if (this.#running.size >= PARALLEL_GROUPS) return;
      if (this.#running.has(group)) continue;
      const working = this.#workOn(names).finally(() => {
        this.#running.delete(group);
        if (names.size === 0) this.#queue.delete(group);
        this.#wake();
      });
      this.#running.set(group, working);
    }
  }

  async #workOn(names: Set<string>): Promise<void> {
    const { signal, onTrouble, environment } = this.#options;
    for (const name of names) {
      if (signal.aborted) return;
      names.delete(name);
      try {
        await this.#work(name);
      } catch (error) {
        if (error instanceof StatusError && (error.status.code === 404 || error.status.code === 409)) continue;
        if (signal.aborted) return;
        onTrouble(error);
        environment.clock.after(RETRY, () => this.#enqueue(name));
      }
    }
  }

  async #work(name: string): Promise<void> {
    const { scope } = this.#options;
    const cached = scope.cache.get(scope.store.key('', name));
    if (cached === undefined) {
      this.#awaited.delete(name);
      return;
    }
    const definition = scope.store.parse(cached);
    const isHeld = definition.metadata.finalizers?.includes(cleanupFinalizer) === true;
    if (definition.metadata.deletionTimestamp === undefined) await this.#updateStatus(name);
    else if (isHeld) await this.#takeDown(definition);
  }

  async #updateStatus(name: string): Promise<void> {
    const { custom } = this.#options;
    await this.#write(name, (definition, now) => {
      const group = custom.inGroup(groupOf(name));
      updateStatus(
        definition,
        group.map(({ names }) => names),
        now,
      );
    });
  }

  /** Deletes all objects; when none is left the definition may go. */
  async #takeDown(definition: KubeObject): Promise<void> {
    const { name = '' } = definition.metadata;
    if (isConditionTrue(definition, 'Established') && (await this.#deleteObjects(name)) > 0) {
      const message = 'CustomResource deletion is in progress';
      await this.#write(name, (present, now) => {
        const progress = {
          type: 'Terminating',
          status: 'True',
          reason: 'InstanceDeletionInProgress',
          message,
        } as const;
        setCondition(present, progress, now);
      });
      return;
    }
    await this.#write(name, (present) => {
      const finalizers = (present.metadata.finalizers ?? []).filter((finalizer) => finalizer !== cleanupFinalizer);
      if (finalizers.length > 0) present.metadata.finalizers = finalizers;
      else delete present.metadata.finalizers;
    });
  }

  /** Returns how many are still there, held by finalizers of their own. */
  async #deleteObjects(name: string): Promise<number> {
    const { custom, environment } = this.#options;
    const served = custom.get(name);
    if (served === undefined) return 0;
    // Another server may have made one a moment ago.
    await environment.cacher.waitUntilConsistent();
    const { store, cache } = served.storageScope();
    const { items } = await cache.list({});
    for (const item of items) {
      try {
        await store.delete(item.name, {}, this.#writeOptions(item.namespace));
      } catch (error) {
        if (!(error instanceof StatusError) || error.status.code !== 404) throw error;
      }
    }
    if (cache.size > 0 && !this.#awaited.has(name)) {
      this.#awaited.add(name);
      const goOn = (): void => {
        if (cache.size === 0) this.#enqueue(name);
      };
      cache.observe({ reset: goOn, set: goOn, delete: goOn });
    }
    return cache.size;
  }

  async #write(name: string, change: (definition: KubeObject, now: string) => void): Promise<void> {
    const { scope, environment } = this.#options;
    const strategy = findSubresource(scope.definition, 'status')?.strategy;
    const manager = fieldManagerOf(scope, 'status', environment);
    await scope.store.update(
      name,
      (old) => {
        if (old === undefined) throw new TypeError('the status of nothing');
        const definition = structuredClone(old);
        change(definition, formatTime(environment.clock.now()));
        setManagedFields(definition, manager.update(old, definition, managerName));
        return definition;
      },
      { ...this.#writeOptions(''), ...(strategy === undefined ? {} : { strategy }), allowCreate: false, isPatch: true },
    );
  }

  #writeOptions(namespace: string): WriteOptions {
    const { clock, random } = this.#options.environment;
    return {
      context: { clock, random, user, namespace, dryRun: false },
      namespace,
      warn: () => undefined,
    };
  }
}

function groupOf(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}
