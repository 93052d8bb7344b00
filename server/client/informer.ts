/** A lister that follows the server, and those who want to hear of every change. One for all who look at the same objects. */
import type { ObjectMeta } from '../apimachinery/meta/object.ts';
import { Indexer, type IndexFunction, type Lister, type Stored } from './lister.ts';
import type { ReflectorSink } from './reflector.ts';
import type { ResourceType } from './resource-type.ts';
import { compareResourceVersions } from './resource-version.ts';

/** Called in order, at once, and must not take long: usually they put a key into a queue. */
export interface EventHandlers<T> {
  added?(object: T, options: { readonly initial: boolean }): void;
  updated?(before: T, object: T): void;
  /** As it last was; missed events are made up for. */
  deleted?(object: T): void;
}

export interface Informer<T> {
  readonly type: ResourceType<T>;
  readonly lister: Lister<T>;
  readonly hasSynced: boolean;
  /** Resolves when what was there at first is in the lister; for ever open if the informer is stopped before. */
  readonly synced: Promise<void>;
  /** What is there already is told as added. Returns the removal. */
  addHandlers(handlers: EventHandlers<T>): () => void;
  addIndexes(indexes: Readonly<Record<string, IndexFunction<T>>>): void;
  /** True once a write that returned this resourceVersion shows in the lister. */
  hasSeen(resourceVersion: string): boolean;
  /** Resolves when it has, or the signal aborts. */
  seen(resourceVersion: string, signal: AbortSignal): Promise<void>;
}

export interface InformerOptions<T> {
  readonly type: ResourceType<T>;
  /** Makes an object smaller before it is kept; may change it in place. */
  readonly transform: ((object: T) => T) | undefined;
  readonly onError: (error: unknown, what: string) => void;
}

export class SharedInformer<T extends Stored> implements Informer<T>, ReflectorSink<T> {
  readonly type: ResourceType<T>;
  readonly #options: InformerOptions<T>;
  readonly #indexer: Indexer<T>;
  readonly #handlers = new Set<EventHandlers<T>>();
  readonly #waiting = new Set<{ readonly resourceVersion: string; readonly resolve: () => void }>();
  readonly #synced = Promise.withResolvers<void>();
  #resourceVersion: string | undefined;

  constructor(options: InformerOptions<T>) {
    this.type = options.type;
    this.#options = options;
    this.#indexer = new Indexer<T>({ namespaced: options.type.namespaced });
  }

  get lister(): Lister<T> {
    return this.#indexer;
  }

  get hasSynced(): boolean {
    return this.#resourceVersion !== undefined;
  }

  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  addHandlers(handlers: EventHandlers<T>): () => void {
    this.#handlers.add(handlers);
    for (const object of this.#indexer.list()) this.#guard(() => handlers.added?.(object, { initial: true }));
    return () => this.#handlers.delete(handlers);
  }

  addIndexes(indexes: Readonly<Record<string, IndexFunction<T>>>): void {
    this.#indexer.addIndexes(indexes);
  }

  hasSeen(resourceVersion: string): boolean {
    const seen = this.#resourceVersion;
    return seen !== undefined && compareResourceVersions(seen, resourceVersion) >= 0;
  }

  seen(resourceVersion: string, signal: AbortSignal): Promise<void> {
    if (this.hasSeen(resourceVersion) || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const entry = {
        resourceVersion,
        resolve: () => {
          this.#waiting.delete(entry);
          signal.removeEventListener('abort', entry.resolve);
          resolve();
        },
      };
      this.#waiting.add(entry);
      signal.addEventListener('abort', entry.resolve, { once: true });
    });
  }

  replace(objects: ReadonlyMap<string, T>, resourceVersion: string): void {
    const initial = !this.hasSynced;
    for (const key of [...this.#indexer.keys()]) {
      if (objects.has(key)) continue;
      const before = this.#indexer.delete(key);
      if (before !== undefined) this.#tell((handlers) => handlers.deleted?.(before));
    }
    for (const [key, object] of objects) {
      const known = this.#indexer.byKey(key);
      if (known?.metadata.resourceVersion !== object.metadata.resourceVersion || known === undefined) {
        this.#put(key, object, { initial });
      }
    }
    this.progress(resourceVersion);
    this.#synced.resolve();
  }

  set(key: string, object: T, resourceVersion: string): void {
    this.#put(key, object, { initial: false });
    this.progress(resourceVersion);
  }

  delete(key: string, object: T, resourceVersion: string): void {
    this.#indexer.delete(key);
    const last = this.#transformed(object);
    this.#tell((handlers) => handlers.deleted?.(last));
    this.progress(resourceVersion);
  }

  progress(resourceVersion: string): void {
    this.#resourceVersion = resourceVersion;
    for (const entry of this.#waiting) if (this.hasSeen(entry.resourceVersion)) entry.resolve();
  }

  #put(key: string, given: T, { initial }: { initial: boolean }): void {
    const object = this.#transformed(given);
    const before = this.#indexer.set(key, object);
    if (before === undefined) this.#tell((handlers) => handlers.added?.(object, { initial }));
    else if (!sameIdentity(before.metadata, object.metadata)) {
      // Deleted and made again while nobody was looking.
      this.#tell((handlers) => handlers.deleted?.(before));
      this.#tell((handlers) => handlers.added?.(object, { initial }));
    } else this.#tell((handlers) => handlers.updated?.(before, object));
  }

  #transformed(object: T): T {
    const { transform } = this.#options;
    return transform === undefined ? object : transform(object);
  }

  #tell(tell: (handlers: EventHandlers<T>) => void): void {
    for (const handlers of this.#handlers) this.#guard(() => tell(handlers));
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#options.onError(error, `a handler of ${this.type.resource}`);
    }
  }
}

function sameIdentity(a: ObjectMeta, b: ObjectMeta): boolean {
  return a.uid === b.uid;
}
