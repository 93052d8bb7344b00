/** The cache of one resource (upstream: watchCache): its present objects, recent events and older states, and its watches. */
import type { Storage, StorageEvent } from '../../../backends/storage/interface.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { AtRest } from '../storage/at-rest.ts';
import { storedBytes } from '../storage/object-layout.ts';
import type { CacheEntry } from './cache-entry.ts';
import { type CacheEvent, EventRing } from './event-ring.ts';
import type { FrameDispatcher } from './frame-dispatcher.ts';
import {
  type CachedResource,
  type CacheObserver,
  Expired,
  type ListRequest,
  type ListResult,
  type ResourceCache,
  type ResourceCacheMetrics,
  type WatchRequest,
} from './interface.ts';
import { InternTable } from './intern-table.ts';
import type { CacherLimits } from './limits.ts';
import { listFromStore } from './list-from-store.ts';
import { type ListPage, type ListScope, listScope, pageOfCandidates, pageOfView, rangeOf } from './list-page.ts';
import { ObjectAttributes } from './object-attributes.ts';
import { PinnedSnapshots } from './pinned-snapshots.ts';
import { ReplayFrames } from './replay-frames.ts';
import { SelectiveIndexes } from './selective-indexes.ts';
import { SortedEntries, type SortedView } from './sorted-entries.ts';
import { entryOf, namespaceOf, type StoredObject } from './stored-object.ts';
import type { WatchGroup } from './watch-group.ts';
import { WatchRegistry } from './watch-registry.ts';
import { Watcher, type WatchSource } from './watcher.ts';

/** Namespaces whose names are shared by their objects; of more than twice as many some names are held twice. */
const NAMESPACES = 4096;

/** What all caches share. */
export interface CacheHost {
  readonly storage: Pick<Storage, 'list' | 'status'>;
  readonly atRest: AtRest;
  readonly clock: Clock;
  readonly limits: CacherLimits;
  readonly dispatcher: FrameDispatcher;
  readonly revision: number;
  waitUntilFresh(revision: number): Promise<void> | undefined;
  waitUntilConsistent(): Promise<void> | undefined;
}

/** The event does not follow from what is cached: something was missed, and all must be read anew. */
export class BrokenHistory extends Error {
  override name = 'BrokenHistory';
  constructor(event: StorageEvent, cached: number) {
    super(
      `event ${event.revision} of ${event.key} follows revision ${event.previousRevision}, the cache is at ${cached}`,
    );
  }
}

export class WatchCache implements ResourceCache, WatchSource {
  readonly #host: CacheHost;
  #resource: CachedResource;
  #attributes: ObjectAttributes;
  #watches: WatchRegistry;
  #indexes: SelectiveIndexes;
  readonly #snapshots: PinnedSnapshots;
  readonly #revisionOf = (): number => this.#host.revision;
  #ring: EventRing;
  readonly replayFrames: ReplayFrames;
  #entries = new Map<string, CacheEntry>();
  #sorted = new SortedEntries();
  /** One string per namespace for all its objects. */
  readonly #namespaces = new InternTable<string>(NAMESPACES);
  readonly #observers = new Set<CacheObserver>();
  #bytes = 0;
  /** The objects have been as they are since this revision. */
  #modified: number;

  constructor(resource: CachedResource, host: CacheHost) {
    this.#host = host;
    this.#resource = resource;
    this.#attributes = new ObjectAttributes(resource);
    this.#watches = new WatchRegistry(resource, this.#attributes, host.dispatcher);
    this.#indexes = new SelectiveIndexes(this.#attributes, host.limits);
    this.#snapshots = new PinnedSnapshots(host.limits);
    this.replayFrames = new ReplayFrames(host.limits.replayBytes);
    this.#modified = host.revision;
    this.#ring = new EventRing(host.revision, host.limits);
  }

  get resource(): CachedResource {
    return this.#resource;
  }

  get attributes(): ObjectAttributes {
    return this.#attributes;
  }

  get ring(): EventRing {
    return this.#ring;
  }

  get revision(): number {
    return this.#host.revision;
  }

  waitUntilFresh(revision: number): Promise<void> | undefined {
    return this.#host.waitUntilFresh(revision);
  }

  waitUntilConsistent(): Promise<void> | undefined {
    return this.#host.waitUntilConsistent();
  }

  get limits(): CacherLimits {
    return this.#host.limits;
  }

  /** The revision that the objects here have come to. */
  get modified(): number {
    return Math.max(this.#modified, this.#host.revision);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): CacheEntry | undefined {
    const { unreadable } = this.#host.atRest;
    if (unreadable.size > 0) unreadable.check(key);
    return this.#entries.get(key);
  }

  list(request: ListRequest): ListResult | Promise<ListResult> {
    const { revision } = this.#host;
    const wanted = request.atRevision ?? revision;
    this.#requireReadable();
    const scope = listScope(this.#resource, request);
    if (wanted > revision) return this.#listLater(request, wanted);
    // Also where nothing has changed since: a token that lasted as long as its objects do would last for ever.
    if (request.atRevision !== undefined) {
      const { compactedRevision } = this.#host.storage.status();
      if (wanted < compactedRevision) throw new Expired(wanted, compactedRevision);
    }
    if (wanted >= this.#modified) {
      const page = this.#pageOfPresent(scope);
      if (page.continueAfter !== undefined)
        this.#snapshots.pinCurrent(this.#sorted.snapshot(), this.#modified, this.#now());
      return resultOf(page, wanted);
    }
    const view = this.#snapshots.find(wanted, this.#now()) ?? this.#rewind(wanted);
    return view === undefined
      ? this.#listFromStore(scope, wanted)
      : resultOf(pageOfView(view, this.#resource, scope, this.#attributes), wanted);
  }

  watch(request: WatchRequest): void {
    if (request.signal.aborted) return;
    this.#requireReadable();
    const { from } = request;
    const { revision } = this.#host;
    if (from !== 'current' && from.after < this.#ring.floor) throw new Expired(from.after, this.#ring.floor);
    const start =
      from === 'current'
        ? { objects: this.#pageOfPresent(listScope(this.#resource, request)).items, revision }
        : { revision: from.after };
    const watcher = new Watcher(this, request, this.#watches.selectionOf(request), start);
    this.#watches.add(watcher);
    if (watcher.catchUp() !== 'done') this.#host.dispatcher.feed(watcher);
  }

  #requireReadable(): void {
    const { unreadable } = this.#host.atRest;
    if (unreadable.size > 0) unreadable.checkBelow(this.#resource.prefix);
  }

  observe(observer: CacheObserver): () => void {
    this.#observers.add(observer);
    observer.reset(this.#entries.values());
    return () => void this.#observers.delete(observer);
  }

  join(watcher: Watcher): WatchGroup | undefined {
    return this.#watches.join(watcher, this.#revisionOf);
  }

  park(watcher: Watcher, group: WatchGroup): void {
    this.#watches.leaveGroup(watcher, group);
    this.#host.dispatcher.feed(watcher);
  }

  leave(watcher: Watcher, group: WatchGroup | undefined): void {
    this.#watches.delete(watcher);
    if (group === undefined) this.#host.dispatcher.stopFeeding(watcher);
    else this.#watches.leaveGroup(watcher, group);
  }

  held(): { readonly resource: CachedResource; readonly entries: CacheEntry[] } {
    return { resource: this.#resource, entries: [...this.#entries.values()] };
  }

  endWatches(reason: 'expired' | 'closed'): void {
    this.#watches.endAll(reason);
  }

  entryOf(stored: StoredObject): CacheEntry {
    const name = namespaceOf(this.#resource, stored.key);
    let namespace = this.#namespaces.get(name);
    if (namespace === undefined) this.#namespaces.set(name, (namespace = name));
    return entryOf(this.#resource, stored, namespace);
  }

  /** The same for a value read anew: what has not changed is not held twice. */
  loadedEntry(stored: StoredObject): CacheEntry {
    const known = this.#entries.get(stored.key);
    const same = known?.revision === stored.revision && storedBytes(this.#resource.layout, known).equals(stored.value);
    return same ? known : this.entryOf(stored);
  }

  /** Begins anew with these objects, in key order; watches end as expired, older states are gone. */
  reset(entries: readonly CacheEntry[], revision: number): void {
    this.endWatches('expired');
    this.#entries = new Map();
    this.#bytes = 0;
    for (const entry of entries) {
      this.#entries.set(entry.key, entry);
      this.#bytes += entry.bytes.length;
    }
    this.#sorted = new SortedEntries(entries);
    this.#modified = revision;
    this.#ring = new EventRing(revision, this.#host.limits);
    this.#indexes = new SelectiveIndexes(this.#attributes, this.#host.limits);
    this.#snapshots.clear();
    this.replayFrames.clear();
    for (const observer of this.#observers) observer.reset(entries);
  }

  /** A newer definition of the same resource; where it lays objects out or selects in another way, all begins anew. */
  redefine(resource: CachedResource): void {
    const old = this.#resource;
    this.#resource = resource;
    if (isSameShape(old, resource)) return;
    this.endWatches('expired');
    this.#attributes = new ObjectAttributes(resource);
    this.#watches = new WatchRegistry(resource, this.#attributes, this.#host.dispatcher);
    const entries = [...this.#entries.values()].map((entry) =>
      this.entryOf({ key: entry.key, revision: entry.revision, value: storedBytes(old.layout, entry) }),
    );
    // This cache may be ahead of what is shown: what it has applied must not be looked for in the ring.
    this.reset(entries, this.modified);
  }

  /** @throws BrokenHistory */
  apply(event: StorageEvent, time: number): void {
    const cached = this.#entries.get(event.key)?.revision ?? 0;
    if (cached !== event.previousRevision) throw new BrokenHistory(event, cached);
    this.put(this.entryOf(event), { deleted: event.type === 'delete', time });
  }

  /** The next state of an object, at its revision; of a deleted one the last. */
  put(object: CacheEntry, { deleted, time }: { readonly deleted: boolean; readonly time: number }): void {
    const { key, revision } = object;
    const previous = this.#entries.get(key);
    this.#snapshots.close(revision);
    this.#modified = revision;
    if (deleted) {
      this.#entries.delete(key);
      this.#sorted.delete(key);
    } else {
      this.#entries.set(key, object);
      this.#sorted.set(object);
      this.#bytes += object.bytes.length;
    }
    if (previous !== undefined) this.#bytes -= previous.bytes.length;
    this.#indexes.replace(previous, deleted ? undefined : object);
    const cacheEvent: CacheEvent = { revision, deleted, object, previous, time };
    this.#ring.push(cacheEvent);
    for (const observer of this.#observers) {
      if (deleted) observer.delete(object);
      else observer.set(object);
    }
    this.#watches.dispatch(cacheEvent);
  }

  dropUnused(now: number): void {
    this.#ring.trim(now);
    this.#snapshots.dropUnused(now);
    this.#indexes.dropUnused(now);
    this.replayFrames.dropUnused();
  }

  metrics(): ResourceCacheMetrics {
    return {
      prefix: this.#resource.prefix,
      objects: this.#entries.size,
      bytes: this.#bytes,
      ringEvents: this.#ring.size,
      ringBytes: this.#ring.bytes,
      ringFloor: this.#ring.floor,
      watchers: this.#watches.size,
      snapshots: this.#snapshots.size,
      indexes: this.#indexes.size,
    };
  }

  #now(): number {
    return this.#host.clock.monotonic();
  }

  #pageOfPresent(scope: ListScope): ListPage {
    if (scope.key !== undefined) {
      const entry = this.#entries.get(scope.key);
      return pageOfCandidates(entry === undefined ? [] : [entry], scope, this.#attributes);
    }
    const view = this.#sorted.view();
    if (scope.selector !== undefined) {
      const { start, end } = rangeOf(view, this.#resource, scope.namespace);
      const candidates = this.#indexes.candidates(scope.selector, this.#sorted, view.count(start, end), this.#now());
      if (candidates !== undefined) return pageOfCandidates(candidates, scope, this.#attributes);
    }
    return pageOfView(view, this.#resource, scope, this.#attributes);
  }

  async #listLater(request: ListRequest, revision: number): Promise<ListResult> {
    await this.#host.waitUntilFresh(revision);
    return this.list(request);
  }

  async #listFromStore(scope: ListScope, revision: number): Promise<ListResult> {
    const reader = {
      storage: this.#host.storage,
      resource: this.#resource,
      attributes: this.#attributes,
      entryOf: (value: StoredObject) => this.entryOf(value),
    };
    return resultOf(await listFromStore(reader, scope, revision), revision);
  }

  /** The state at a revision that the ring still reaches back to: the present one with newer events undone. */
  #rewind(revision: number): SortedView | undefined {
    if (revision < this.#ring.floor) return undefined;
    const state = SortedEntries.of(this.#sorted.snapshot());
    let until = Number.POSITIVE_INFINITY;
    for (const event of this.#ring.backTo(revision)) {
      until = event.revision - 1;
      if (event.previous === undefined) state.delete(event.object.key);
      else state.set(event.previous);
    }
    const view = state.snapshot();
    this.#snapshots.pin(view, { from: revision, to: until }, this.#now());
    return view;
  }
}

function resultOf(page: ListPage, revision: number): ListResult {
  return { ...page, revision };
}

function isSameShape(a: CachedResource, b: CachedResource): boolean {
  return (
    a.namespaced === b.namespaced &&
    a.form === b.form &&
    a.layout.objectHeader.equals(b.layout.objectHeader) &&
    a.layout.itemHeader.equals(b.layout.itemHeader) &&
    Object.keys(a.selectableFields).join() === Object.keys(b.selectableFields).join()
  );
}
