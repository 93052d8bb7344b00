/**
 * The cache of a version that a webhook makes of what is stored: filled when it is first read, then following the cache of stored
 * objects, event by event. Conversions take their time, so it may lag behind; whoever reads waits for it. Where one fails the
 * watches end, and the next reader tries again from the beginning, and is told what is wrong.
 */
import { CacheEntry } from './cache-entry.ts';
import type {
  CachedObject,
  CachedResource,
  CacheObserver,
  ConvertedResourceCache,
  ListRequest,
  ListResult,
  ObjectConversion,
  ResourceCache,
  ResourceCacheMetrics,
  WatchRequest,
} from './interface.ts';
import { Expired } from './interface.ts';
import { entryOf, namespaceOf } from './stored-object.ts';
import { storedBytes } from '../storage/object-layout.ts';
import { type CacheHost, WatchCache } from './watch-cache.ts';

export interface ConvertedCacheParts {
  /** Of the objects as they are stored. */
  readonly base: ResourceCache;
  readonly resource: CachedResource;
  readonly conversion: ObjectConversion;
  readonly host: CacheHost;
  readonly onRelease: () => void;
}

interface Change {
  readonly object: CachedObject;
  readonly deleted: boolean;
}

interface Waiter {
  readonly revision: number;
  readonly promise: PromiseWithResolvers<void>;
}

export class ConvertedCache implements ConvertedResourceCache {
  readonly #parts: ConvertedCacheParts;
  readonly #cache: WatchCache;
  readonly #unobserve: () => void;
  #isLive = false;
  #filling: Promise<void> | undefined;
  /** Changes that have not been converted yet, oldest first; empty unless it is live or being filled. */
  #pending: Change[] = [];
  #isConverting = false;
  #waiters: Waiter[] = [];
  /** Another number after every beginning and end: what was converted for an earlier one counts no more. */
  #era = 0;

  constructor(parts: ConvertedCacheParts) {
    this.#parts = parts;
    const { base, host, resource } = parts;
    const own = this.#ownHost(host);
    this.#cache = new WatchCache(resource, own);
    this.#unobserve = base.observe({
      reset: () => this.#empty(),
      set: (object) => this.#enqueue({ object, deleted: false }),
      delete: (object) => this.#enqueue({ object, deleted: true }),
    });
  }

  get resource(): CachedResource {
    return this.#cache.resource;
  }

  get revision(): number {
    const [next] = this.#pending;
    return next === undefined ? this.#parts.host.revision : next.object.revision - 1;
  }

  get size(): number {
    return this.#parts.base.size;
  }

  /** As last converted; what is asked for by name alone is better converted by itself. */
  get(key: string): CachedObject | undefined {
    return this.#cache.get(key);
  }

  list(request: ListRequest): ListResult | Promise<ListResult> {
    return this.#isLive ? this.#cache.list(request) : this.#follow(undefined).then(() => this.list(request));
  }

  watch(request: WatchRequest): void {
    if (!this.#isLive) throw new Expired(0, this.revision);
    this.#cache.watch(request);
  }

  observe(observer: CacheObserver): () => void {
    return this.#cache.observe(observer);
  }

  endWatches(reason: 'expired' | 'closed'): void {
    this.#cache.endWatches(reason);
  }

  metrics(): ResourceCacheMetrics {
    return this.#cache.metrics();
  }

  dropUnused(now: number): void {
    this.#cache.dropUnused(now);
  }

  waitUntilFresh(revision: number): Promise<void> | undefined {
    const base = this.#parts.host.waitUntilFresh(revision);
    if (base === undefined && this.#isLive && revision <= this.revision) return undefined;
    return this.#follow(base);
  }

  waitUntilConsistent(): Promise<void> | undefined {
    return this.#follow(this.#parts.host.waitUntilConsistent());
  }

  release(): void {
    this.#unobserve();
    this.endWatches('closed');
    this.#empty();
    this.#parts.onRelease();
  }

  /** Once the stored objects are fresh: everything that they show by then. */
  async #follow(base: Promise<void> | undefined): Promise<void> {
    await base;
    const { revision } = this.#parts.host;
    for (;;) {
      if (!this.#isLive) await (this.#filling ??= this.#fill());
      else if (revision <= this.revision) return;
      else await this.#applied(revision);
    }
  }

  /** Also when all begins anew. */
  #applied(revision: number): Promise<void> {
    const promise = Promise.withResolvers<void>();
    this.#waiters.push({ revision, promise });
    return promise.promise;
  }

  async #fill(): Promise<void> {
    const { base, conversion } = this.#parts;
    const era = ++this.#era;
    try {
      // In memory: no promise comes back without `atRevision`.
      const { items, revision } = await base.list({});
      const entries = (await conversion.converted(items)).map(entryOfObject);
      // All began anew meanwhile: whoever reads on will find that out.
      if (era !== this.#era) return;
      this.#cache.reset(entries, revision);
      this.#isLive = true;
      void this.#convert();
    } finally {
      if (era === this.#era) {
        this.#filling = undefined;
        if (!this.#isLive) this.#pending = [];
      }
    }
  }

  #enqueue(change: Change): void {
    if (!this.#isLive && this.#filling === undefined) return;
    this.#pending.push(change);
    if (this.#isLive) void this.#convert();
  }

  async #convert(): Promise<void> {
    if (this.#isConverting) return;
    this.#isConverting = true;
    const era = this.#era;
    const { conversion, host } = this.#parts;
    try {
      while (this.#pending.length > 0) {
        const batch = this.#pending.slice(0, host.limits.applyEvents);
        const objects = await conversion.converted(batch.map(({ object }) => object));
        if (era !== this.#era) break;
        this.#apply(batch, objects.map(entryOfObject));
      }
    } catch (error) {
      if (era === this.#era) this.#fail(error);
    } finally {
      this.#isConverting = false;
      if (era !== this.#era && this.#isLive) void this.#convert();
    }
  }

  #apply(batch: readonly Change[], entries: readonly CacheEntry[]): void {
    const time = this.#parts.host.clock.monotonic();
    entries.forEach((entry, index) => this.#cache.put(entry, { deleted: batch[index]?.deleted === true, time }));
    this.#pending.splice(0, batch.length);
    const { revision } = this;
    this.#waiters = this.#waiters.filter((waiter) => {
      if (waiter.revision > revision) return true;
      waiter.promise.resolve();
      return false;
    });
    this.#parts.host.dispatcher.settle();
  }

  #fail(error: unknown): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    this.endWatches('closed');
    this.#empty();
    for (const { promise } of waiters) promise.reject(error);
  }

  #empty(): void {
    this.#era++;
    this.#isLive = false;
    this.#filling = undefined;
    this.#pending = [];
    const waiters = this.#waiters;
    this.#waiters = [];
    // They go by what is there once it has been read anew.
    for (const { promise } of waiters) promise.resolve();
    this.#cache.reset([], this.#parts.host.revision);
  }

  #ownHost(host: CacheHost): CacheHost {
    const revisionOf = () => this.revision;
    return {
      atRest: host.atRest,
      clock: host.clock,
      limits: host.limits,
      dispatcher: host.dispatcher,
      get revision() {
        return revisionOf();
      },
      waitUntilFresh: (revision) => this.waitUntilFresh(revision),
      waitUntilConsistent: () => this.waitUntilConsistent(),
      storage: {
        status: () => host.storage.status(),
        list: async (prefix, options) => {
          const page = await host.storage.list(prefix, options);
          const { base, resource, conversion } = this.#parts;
          const stored = page.items.map((item) => entryOf(base.resource, item, namespaceOf(base.resource, item.key)));
          const objects = await conversion.converted(stored);
          const items = objects.map((object) => ({
            key: object.key,
            revision: object.revision,
            value: storedBytes(resource.layout, object),
          }));
          return { ...page, items };
        },
      },
    };
  }
}

function entryOfObject({ key, namespace, revision, bytes }: CachedObject): CacheEntry {
  return new CacheEntry(key, namespace, revision, bytes);
}
