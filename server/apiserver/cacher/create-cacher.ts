/**
 * The cacher: one scan of the whole keyspace, then one watch of it, feed the caches of all resources in revision order.
 * Trouble with the watch means that something may have been missed: all watches end as expired and all is read anew.
 */
import { Unavailable } from '../../../backends/storage/errors.ts';
import type { KeyValue, Storage, StorageEvent } from '../../../backends/storage/interface.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { type AtRest, plainAtRest } from '../storage/at-rest.ts';
import { storedBytes } from '../storage/object-layout.ts';
import type { CacheEntry } from './cache-entry.ts';
import { FrameDispatcher } from './frame-dispatcher.ts';
import { FreshnessWaiters } from './freshness-waiters.ts';
import { ConvertedCache } from './converted-cache.ts';
import type { CachedResource, Cacher, CacherMetrics, ObjectConversion, ResourceCache } from './interface.ts';
import { type CacherLimits, defaultLimits } from './limits.ts';
import { loadKeyspace } from './load-keyspace.ts';
import type { StoredObject } from './stored-object.ts';
import { UnclaimedKeys } from './unclaimed-keys.ts';
import { type CacheHost, WatchCache } from './watch-cache.ts';

export interface CacherOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  /** Those known at the start; more may come through `resource()`. */
  readonly resources: readonly CachedResource[];
  /** Stops the cacher. */
  readonly signal: AbortSignal;
  readonly limits?: Partial<CacherLimits>;
  /** Unset: values are written as they are. */
  readonly atRest?: AtRest | undefined;
  /** Told why a load failed or a watch of the store ended; the cacher goes on by itself. */
  readonly onTrouble?: (error: unknown) => void;
}

/** Starts to load at once; `ready()` tells when reads may begin. */
export function createCacher(options: CacherOptions): Cacher {
  return new StorageCacher(options);
}

const ROOT = '/registry/';

/** Entries as they were laid out for a resource. */
interface LoadedEntries {
  readonly resource: CachedResource;
  readonly entries: CacheEntry[];
}

function storedIn(loaded: LoadedEntries | undefined): StoredObject[] {
  if (loaded === undefined) return [];
  const { layout } = loaded.resource;
  return loaded.entries.map((entry) => ({
    key: entry.key,
    revision: entry.revision,
    value: storedBytes(layout, entry),
  }));
}

class StorageCacher implements Cacher, CacheHost {
  readonly storage: Storage;
  readonly atRest: AtRest;
  readonly clock: Clock;
  readonly limits: CacherLimits;
  readonly dispatcher: FrameDispatcher;
  readonly #onTrouble: (error: unknown) => void;
  readonly #stopping = new AbortController();
  readonly #signal: AbortSignal;
  readonly #caches = new Map<string, WatchCache>();
  readonly #converted = new Set<ConvertedCache>();
  #lastCache: WatchCache | undefined;
  #unclaimed: UnclaimedKeys;
  readonly #freshness: FreshnessWaiters;
  #revision = 0;
  #loads = 0;
  #replacing = false;
  readonly #ready = Promise.withResolvers<void>();
  readonly #running: Promise<void>;
  #askedRevision: Promise<number> | undefined;
  #askedAnswer: Promise<void> | undefined;
  readonly #freshAt = (revision: number): Promise<void> | undefined => this.waitUntilFresh(revision);
  #cancelHousekeeping: () => void = () => {};

  constructor(options: CacherOptions) {
    this.storage = options.storage;
    this.atRest = options.atRest ?? plainAtRest;
    this.clock = options.clock;
    this.limits = { ...defaultLimits, ...options.limits };
    this.#onTrouble = options.onTrouble ?? (() => {});
    this.#signal = AbortSignal.any([options.signal, this.#stopping.signal]);
    this.dispatcher = new FrameDispatcher(this.clock, this.limits);
    this.#freshness = new FreshnessWaiters(this.clock, this.limits.freshTimeout, 0);
    this.#unclaimed = new UnclaimedKeys(0, this.limits);
    for (const resource of options.resources) this.resource(resource);
    // Whoever waits sees the failure; nobody has to.
    this.#ready.promise.catch(() => {});
    this.#running = this.#run();
    this.#keepHouse();
  }

  get revision(): number {
    return this.#revision;
  }

  resource(resource: CachedResource): ResourceCache {
    const known = this.#caches.get(resource.prefix);
    if (known !== undefined) {
      known.redefine(resource);
      return known;
    }
    const cache = new WatchCache(resource, this);
    this.#caches.set(resource.prefix, cache);
    this.#claim(cache, []);
    return cache;
  }

  converted(base: ResourceCache, resource: CachedResource, conversion: ObjectConversion): ConvertedCache {
    const converted: ConvertedCache = new ConvertedCache({
      base,
      resource,
      conversion,
      host: this,
      onRelease: () => void this.#converted.delete(converted),
    });
    this.#converted.add(converted);
    return converted;
  }

  release(prefix: string): void {
    const cache = this.#caches.get(prefix);
    if (cache === undefined) return;
    cache.endWatches('closed');
    this.#caches.delete(prefix);
    if (this.#lastCache === cache) this.#lastCache = undefined;
    // While all is replaced, what the cache holds is of the past, and what was read goes where it belongs by itself.
    if (!this.#replacing) this.#unclaimed.takeBack(storedIn(cache.held()), cache.modified);
  }

  waitUntilFresh(revision: number): Promise<void> | undefined {
    return revision <= this.#revision ? undefined : this.#freshness.wait(revision);
  }

  waitUntilConsistent(): Promise<void> | undefined {
    const asked = this.storage.currentRevision();
    // A store answers callers that come together with one promise: so are they here.
    if (asked !== this.#askedRevision || this.#askedAnswer === undefined) {
      this.#askedRevision = asked;
      this.#askedAnswer = asked.then(this.#freshAt);
    }
    return this.#askedAnswer;
  }

  ready(): Promise<void> {
    return this.#ready.promise;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  metrics(): CacherMetrics {
    return {
      revision: this.#revision,
      resources: [...this.#caches.values()].map((cache) => cache.metrics()),
      catchingUp: this.dispatcher.catchingUp,
      unclaimedKeys: this.#unclaimed.size,
      loads: this.#loads,
    };
  }

  async #run(): Promise<void> {
    const [shortest, longest] = this.limits.reloadBackoff;
    let pause = shortest;
    while (!this.#signal.aborted) {
      try {
        await this.#load();
        pause = shortest;
        await this.#follow();
      } catch (error) {
        if (this.#signal.aborted) break;
        this.#onTrouble(error);
        this.#endWatches('expired');
        await this.#sleep(pause);
        pause = Math.min(longest, pause * 2);
      }
    }
    this.#shutDown();
  }

  /** Reads everything, then puts it in place of what was there, in one go. */
  async #load(): Promise<void> {
    let loaded = new Map<WatchCache, LoadedEntries>();
    let unclaimed = new UnclaimedKeys(0, this.limits);
    const take = (items: readonly KeyValue[]): void => {
      for (const item of items) {
        const cache = this.#cacheOf(item.key);
        if (cache === undefined) unclaimed.load(item);
        else {
          const known = loaded.get(cache);
          const entry = cache.loadedEntry(item);
          if (known?.resource === cache.resource) known.entries.push(entry);
          else loaded.set(cache, { resource: cache.resource, entries: [...this.#entriesFor(cache, known), entry] });
        }
      }
    };
    const restart = (): void => {
      loaded = new Map();
      unclaimed = new UnclaimedKeys(0, this.limits);
    };
    // What cannot be read now could be read once: the past would only lead there again.
    const backfillRevisions = this.atRest.unreadable.size > 0 ? 0 : this.limits.backfillRevisions;
    const limits = { ...this.limits, backfillRevisions };
    const revision = await loadKeyspace(this.storage, { prefix: ROOT, limits, signal: this.#signal, take, restart });
    this.#signal.throwIfAborted();
    this.#loads++;
    unclaimed.loaded(revision);
    this.#unclaimed = unclaimed;
    this.#revision = revision;
    this.#replacing = true;
    for (const cache of [...this.#caches.values()]) {
      const own = loaded.get(cache);
      // Who observes one resource may have given up another one meanwhile, or defined it anew.
      if (this.#caches.get(cache.resource.prefix) !== cache) for (const value of storedIn(own)) unclaimed.load(value);
      // A resource may have come while the load was on its way: part of its keys is then unclaimed.
      else this.#claim(cache, this.#entriesFor(cache, own));
    }
    this.#replacing = false;
    this.#freshness.advance(revision);
  }

  /** As its cache has them now, whatever it had them as when they were read. */
  #entriesFor(cache: WatchCache, loaded: LoadedEntries | undefined): readonly CacheEntry[] {
    if (loaded === undefined || loaded.resource === cache.resource) return loaded?.entries ?? [];
    return storedIn(loaded).map((value) => cache.entryOf(value));
  }

  /** Applies the store's events until its watch fails, which it throws, or the cacher stops. */
  async #follow(): Promise<void> {
    const newest = await this.storage.currentRevision();
    const over = Promise.withResolvers<void>();
    const watching = new AbortController();
    const onStop = (): void => over.resolve();
    this.#signal.addEventListener('abort', onStop, { once: true });
    let failed = false;
    const fail = (error: unknown): void => {
      failed = true;
      watching.abort();
      over.reject(error);
    };
    const events = (batch: readonly StorageEvent[], upTo: number): void => {
      if (failed || this.#signal.aborted) return;
      try {
        this.#apply(batch, upTo);
        if (upTo >= newest) this.#ready.resolve();
      } catch (error) {
        fail(error);
      }
    };
    try {
      // The promise of the watch and the watch itself may fail, in any order.
      over.promise.catch(() => {});
      await this.storage.watch(ROOT, this.#revision, { events, error: fail }, watching.signal);
      if (this.#revision >= newest) this.#ready.resolve();
      if (this.#signal.aborted) over.resolve();
      await over.promise;
    } finally {
      failed = true;
      watching.abort();
      this.#signal.removeEventListener('abort', onStop);
    }
  }

  #apply(batch: readonly StorageEvent[], upTo: number): void {
    const now = this.clock.monotonic();
    const { applyEvents, applyBytes } = this.limits;
    let count = 0;
    let bytes = 0;
    let last = this.#revision;
    for (const event of batch) {
      // A store's batch is no transaction: a long one may be shown in parts.
      if (count >= applyEvents || (bytes >= applyBytes && count > 0)) {
        this.#show(last);
        count = 0;
        bytes = 0;
      }
      if (event.revision <= last)
        throw new Error(`event ${event.revision} of ${event.key} comes after revision ${last}`);
      last = event.revision;
      const cache = this.#cacheOf(event.key);
      if (cache === undefined) this.#unclaimed.apply(event);
      else cache.apply(event, now);
      count++;
      bytes += event.value.length;
    }
    this.#show(Math.max(last, upTo));
  }

  #show(revision: number): void {
    this.#revision = revision;
    this.#freshness.advance(revision);
    this.dispatcher.settle();
  }

  /** Longer prefixes lie below no other resource's: the first that matches is the one. */
  #cacheOf(key: string): WatchCache | undefined {
    const last = this.#lastCache;
    if (last !== undefined && key.startsWith(last.resource.prefix)) return last;
    for (let slash = key.indexOf('/', ROOT.length); slash >= 0; slash = key.indexOf('/', slash + 1)) {
      const cache = this.#caches.get(key.slice(0, slash + 1));
      if (cache === undefined) continue;
      this.#lastCache = cache;
      return cache;
    }
    return undefined;
  }

  #claim(cache: WatchCache, loaded: readonly CacheEntry[]): void {
    const { values, revision, events } = this.#unclaimed.claim(cache.resource.prefix);
    const entries = values.map((value) => cache.entryOf(value));
    cache.reset([...entries, ...loaded], revision);
    const now = this.clock.monotonic();
    for (const event of events) cache.apply(event, now);
  }

  #endWatches(reason: 'expired' | 'closed'): void {
    for (const cache of this.#caches.values()) cache.endWatches(reason);
    for (const cache of this.#converted) cache.endWatches(reason);
  }

  #shutDown(): void {
    const error = new Unavailable('the cacher has stopped');
    this.#cancelHousekeeping();
    this.#endWatches('closed');
    this.dispatcher.stop();
    this.#freshness.fail(error);
    this.#ready.reject(error);
  }

  #keepHouse(): void {
    this.#cancelHousekeeping = this.clock.after(this.limits.housekeepingInterval, () => {
      if (this.#signal.aborted) return;
      const now = this.clock.monotonic();
      for (const cache of this.#caches.values()) cache.dropUnused(now);
      for (const cache of this.#converted) cache.dropUnused(now);
      if (this.#loads > 0) this.dispatcher.sendBookmarks(now);
      this.#keepHouse();
    });
  }

  /** Ends early when the cacher stops. */
  #sleep(milliseconds: number): Promise<void> {
    if (this.#signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => {
      cancel();
      this.#signal.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = this.clock.after(milliseconds, wake);
    this.#signal.addEventListener('abort', wake, { once: true });
    return promise;
  }
}
