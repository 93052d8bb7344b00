/** One resource's objects as the server itself reads them: parsed once per state, and told of every change as it is applied. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { CachedObject, ListRequest, ResourceCache } from './interface.ts';
import { parseCached } from './parse-object.ts';

export interface ObjectObserver {
  /** Made or changed. */
  present(object: KubeObject): void;
  /** As it last was. */
  gone(object: KubeObject): void;
  /** Everything begins anew: what is there follows, one by one. */
  all(): void;
}

export class ParsedObjects {
  readonly #cache: ResourceCache;
  /** Nobody may change what several readers are given. */
  readonly #parsed = new WeakMap<CachedObject, KubeObject>();

  readonly #refresh: () => Promise<void> | undefined;

  /** `refresh` brings the cache to the newest state of the store. */
  constructor(cache: ResourceCache, refresh: () => Promise<void> | undefined) {
    this.#cache = cache;
    this.#refresh = refresh;
  }

  /** Asks the store where the cache has nothing: it may have been made a moment ago through another server. */
  find(namespace: string, name: string): KubeObject | undefined | Promise<KubeObject | undefined> {
    const present = this.get(namespace, name);
    if (present !== undefined) return present;
    const refreshed = this.#refresh();
    return refreshed?.then(() => this.get(namespace, name));
  }

  get(namespace: string, name: string): KubeObject | undefined {
    const { prefix, namespaced } = this.#cache.resource;
    const cached = this.#cache.get(namespaced ? `${prefix}${namespace}/${name}` : prefix + name);
    return cached === undefined ? undefined : this.#parse(cached);
  }

  /** Those whose selectable field has this value; fields that are asked for often get an index. */
  where(field: string, value: string): KubeObject[] {
    const selector = {
      id: `${field}=${value}`,
      labelEquals: [],
      fieldEquals: [{ field, value }],
      everything: false,
      matches: (_labels: unknown, read: (name: string) => string) => read(field) === value,
    };
    return this.#present({ selector });
  }

  /** Of one namespace; without one, or where the resource has none: all. */
  list(namespace?: string): readonly KubeObject[] {
    return this.#cache.size === 0 ? [] : this.#present(namespace === undefined ? {} : { namespace });
  }

  /** Begins with what is there. */
  observe(observer: ObjectObserver): void {
    this.#cache.observe({
      reset: (objects) => {
        observer.all();
        for (const object of objects) observer.present(this.#read(object));
      },
      set: (object) => observer.present(this.#read(object)),
      delete: (object) => observer.gone(this.#read(object)),
    });
  }

  /** It is in memory: no promise comes back without `atRevision`. */
  #present(request: ListRequest): KubeObject[] {
    const listed = this.#cache.list(request);
    if (listed instanceof Promise) throw new TypeError('the cache answered late');
    return listed.items.map((cached) => this.#parse(cached));
  }

  #parse(cached: CachedObject): KubeObject {
    let object = this.#parsed.get(cached);
    if (object === undefined) this.#parsed.set(cached, (object = this.#read(cached)));
    return object;
  }

  #read(cached: CachedObject): KubeObject {
    return parseCached(this.#cache.resource.layout, cached);
  }
}

export type ParsedObjectsOf = (group: string, resource: string) => ParsedObjects;
