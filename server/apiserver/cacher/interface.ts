/**
 * The cacher as handlers see it. One Cacher serves the whole keyspace from one watch of the storage seam; each served
 * resource has a ResourceCache under its key prefix. Objects are immutable bytes; they are parsed only where someone asks.
 */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { ObjectLayout } from '../storage/object-layout.ts';
import type { AtRest } from '../storage/at-rest.ts';

export interface CachedObject {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly revision: number;
  /** In the layout of object-layout.ts, resourceVersion in place. */
  readonly bytes: Buffer;
}

/** What a cache must know of a resource. */
export interface CachedResource {
  /** "/registry/pods/": key prefix with the slash. */
  readonly prefix: string;
  readonly namespaced: boolean;
  readonly layout: ObjectLayout;
  /** Selectable fields beyond metadata.name and metadata.namespace, of the parsed storage-version object. */
  readonly selectableFields: Readonly<Record<string, (object: KubeObject) => string>>;
  /**
   * Brings an object that was stored in another storage version to the present one (of the layout); unset: only kind and
   * apiVersion are replaced. May mutate.
   */
  readonly fromStored?: (object: KubeObject) => KubeObject;
  /**
   * Custom resources, whose schema may have changed since an object was stored: brings it into today's form, in place, and says
   * whether that changed anything. `form` names the schema: where it differs all objects are read anew.
   */
  readonly reform?: (object: KubeObject) => boolean;
  readonly form?: string;
  /** Set where objects stay in the version in which they were stored: the version of the layout; another one follows at an object's end. */
  readonly keptVersion?: string;
}

/** Structural view of labels/selector.ts and fields/selector.ts, so that equality requirements can use an index. */
export interface ObjectSelector {
  /** Canonical text; two selections with the same text share the work of a watch. */
  readonly id: string;
  /** Label requirements `key = value` (or `key in (…)`) that every match must satisfy; may be empty. */
  readonly labelEquals: ReadonlyArray<{ readonly key: string; readonly values: readonly string[] }>;
  /** Field requirements `field = value` that every match must satisfy (metadata.name is resolved by key). */
  readonly fieldEquals: ReadonlyArray<{ readonly field: string; readonly value: string }>;
  /** True when nothing is selected away. */
  readonly everything: boolean;
  matches(labels: Readonly<Record<string, string>>, field: (name: string) => string): boolean;
}

export interface ListRequest {
  /** Unset: all namespaces (or a cluster-scoped resource). */
  readonly namespace?: string;
  readonly selector?: ObjectSelector;
  readonly limit?: number;
  /** Continue after this key (exclusive), from the state at `atRevision`. */
  readonly startAfter?: string;
  /** The state to show: unset = the cache's present state (the caller has waited for freshness); set = exactly that revision. */
  readonly atRevision?: number;
}

export interface ListResult {
  readonly items: readonly CachedObject[];
  readonly revision: number;
  /** Present when the limit cut the list. */
  readonly continueAfter?: string;
  /** Objects left after this page, when it is known without evaluating a selector. */
  readonly remaining?: number;
}

/** Encodes events for one representation (JSON of one version, Table, metadata only, protobuf); shared by all its watchers. */
export interface EventEncoder {
  /** Two watchers with the same encoder id share encoded buffers. */
  readonly id: string;
  /** The whole frame, ready to be written. `object` carries the event's revision as resourceVersion. */
  encode(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: CachedObject): Buffer;
  /** `initialEventsEnd` adds the annotation k8s.io/initial-events-end: "true". */
  encodeBookmark(revision: number, options: { initialEventsEnd: boolean }): Buffer;
}

/** Where a watch's frames go. */
export interface EventSink {
  /** Takes frames in order; a buffer may hold several events and is shared with other watchers (never modify). */
  write(frames: Buffer): void;
  /** Where it is there, it takes live frames one by one: within this process the same buffer tells that it is the same event. */
  readonly writeEach?: ((frames: readonly Buffer[]) => void) | undefined;
  /** Bytes accepted but not yet taken by the peer. */
  readonly pending: number;
  /**
   * Ends the watch: `expired` (410: its place in history is gone, also because the peer was slow for so long that the ring
   * moved past it), `closed` (shutdown).
   */
  end(reason: 'expired' | 'closed'): void;
}

export interface WatchRequest {
  readonly namespace?: string;
  readonly selector?: ObjectSelector;
  /**
   * after: events with a revision greater than this (Expired if the ring no longer reaches back);
   * 'current': synthetic ADDED for all present objects first, then what follows.
   */
  readonly from: { readonly after: number } | 'current';
  /** WatchList: after the synthetic ADDED events a bookmark with initial-events-end. */
  readonly sendInitialEventsBookmark?: boolean;
  readonly bookmarks: boolean;
  readonly encoder: EventEncoder;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

/** Called while a change is applied, in revision order and before its write is acknowledged: what follows from objects is then up to date. */
export interface CacheObserver {
  /** All begins anew with these. */
  reset(objects: Iterable<CachedObject>): void;
  set(object: CachedObject): void;
  /** As it last was. */
  delete(object: CachedObject): void;
}

export interface ResourceCache {
  readonly resource: CachedResource;
  /** The revision that it shows. */
  readonly revision: number;
  /** Resolves once it shows at least `revision`; undefined: it does. @throws TooLargeResourceVersion after 3 s */
  waitUntilFresh(revision: number): Promise<void> | undefined;
  /** Resolves once it shows what the store has now. */
  waitUntilConsistent(): Promise<void> | undefined;
  get(key: string): CachedObject | undefined;
  /** Synchronous when answered from memory; a promise when an old revision must come from storage. @throws Expired */
  list(request: ListRequest): ListResult | Promise<ListResult>;
  /** Starts at once; frames may reach the sink before this returns. @throws Expired when `from.after` is too old. */
  watch(request: WatchRequest): void;
  /** For as long as the cache lives, or until what it returns is called; begins with a reset to what is there. */
  observe(observer: CacheObserver): () => void;
  /** The clients of all watches are told to come back. */
  endWatches(reason: 'expired' | 'closed'): void;
  /** Objects now held. */
  readonly size: number;
  metrics(): ResourceCacheMetrics;
}

/** Brings objects of one cache into the form of another. */
export interface ObjectConversion {
  /** In the order of what is given; the same object for the same object. @throws Error, for all of them */
  converted(objects: readonly CachedObject[]): Promise<CachedObject[]>;
}

export interface ConvertedResourceCache extends ResourceCache {
  /** Ends its watches and follows no more. */
  release(): void;
}

export interface ResourceCacheMetrics {
  /** The resource's key prefix. */
  readonly prefix: string;
  readonly objects: number;
  /** Of the objects; superseded ones that events keep are `ringBytes`. */
  readonly bytes: number;
  readonly ringEvents: number;
  readonly ringBytes: number;
  /** Watches and exact lists reach back to this revision without the store. */
  readonly ringFloor: number;
  readonly watchers: number;
  readonly snapshots: number;
  readonly indexes: number;
}

export interface CacherMetrics {
  readonly revision: number;
  readonly resources: readonly ResourceCacheMetrics[];
  /** Watchers not on the live feed: starting, or with a peer that is slow. */
  readonly catchingUp: number;
  /** Keys that no served resource covers. */
  readonly unclaimedKeys: number;
  /** Times that the whole keyspace was read; each after the first has ended all watches. */
  readonly loads: number;
}

export interface Cacher {
  /**
   * The cache under the resource's prefix, at once complete if the cacher is. For a prefix that has one already the
   * definition is replaced: its watches end as expired where it differs.
   */
  resource(resource: CachedResource): ResourceCache;
  /** A cache of the same objects in another form, made of them as they change. */
  converted(base: ResourceCache, resource: CachedResource, conversion: ObjectConversion): ConvertedResourceCache;
  /** Gives up the cache of a resource that is served no more; its objects, if there are any, are kept as stored. */
  release(prefix: string): void;
  /** The revision that the caches show. */
  readonly revision: number;
  /** How the store keeps values. */
  readonly atRest: AtRest;
  /** Resolves once the caches show at least `revision` (at once, without a promise turn, when they do). Rejects with TooLargeResourceVersion after 3 s. */
  waitUntilFresh(revision: number): Promise<void> | undefined;
  /** Asks the store for its newest revision and waits for it: what a consistent read needs. Undefined: already fresh. */
  waitUntilConsistent(): Promise<void> | undefined;
  /** Resolves when every resource is loaded. */
  ready(): Promise<void>;
  /** Ends all watches as closed. */
  stop(): Promise<void>;
  metrics(): CacherMetrics;
}

/** History that a list or watch asked for is gone; carries what a 410 needs. */
export class Expired extends Error {
  override name = 'Expired';
  readonly requested: number;
  readonly oldest: number;
  constructor(requested: number, oldest: number) {
    super(`too old resource version: ${requested} (${oldest})`);
    this.requested = requested;
    this.oldest = oldest;
  }
}

/** A revision that this server has not reached in time. */
export class TooLargeResourceVersion extends Error {
  override name = 'TooLargeResourceVersion';
  readonly requested: number;
  readonly current: number;
  constructor(requested: number, current: number) {
    super(`Too large resource version: ${requested}, current: ${current}`);
    this.requested = requested;
    this.current = current;
  }
}
