/** What plugins know of other objects: the caches of this server, parsed once an object and revision. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { CachedObject } from '../cacher/interface.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';

export interface ResourceRef {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** Objects are shared: never change one. */
export interface ObjectReader {
  /** As this server's cache shows it. */
  get(ref: ResourceRef, name: string, namespace?: string): KubeObject | undefined;
  /** Asks the store first, for what was made a moment ago through another server. */
  getFresh(ref: ResourceRef, name: string, namespace?: string): Promise<KubeObject | undefined>;
  /** Of one namespace, or (cluster-scoped resources) all. */
  list(ref: ResourceRef, namespace?: string): readonly KubeObject[];
}

export interface ObjectReaderParts {
  readonly scopeOf: (group: string, version: string, resource: string) => ResourceScope | undefined;
  readonly waitUntilConsistent: () => Promise<void> | undefined;
}

export function newObjectReader({ scopeOf, waitUntilConsistent }: ObjectReaderParts): ObjectReader {
  const parsed = new WeakMap<CachedObject, KubeObject>();
  const scopeAt = ({ group, version, resource }: ResourceRef) => scopeOf(group, version, resource);
  const parse = (scope: ResourceScope, cached: CachedObject): KubeObject => {
    let object = parsed.get(cached);
    if (object === undefined) {
      object = scope.store.parse(cached);
      parsed.set(cached, object);
    }
    return object;
  };
  const get = (ref: ResourceRef, name: string, namespace = ''): KubeObject | undefined => {
    const scope = scopeAt(ref);
    // A name that no path can have is no object's.
    if (scope === undefined || name === '' || name.includes('/')) return undefined;
    const cached = scope.cache.get(scope.store.key(namespace, name));
    return cached === undefined ? undefined : parse(scope, cached);
  };
  return {
    get,
    async getFresh(ref, name, namespace) {
      await waitUntilConsistent();
      return get(ref, name, namespace);
    },
    list(ref, namespace) {
      const scope = scopeAt(ref);
      if (scope === undefined || scope.cache.size === 0) return [];
      // The present state is in memory: no promise comes back without `atRevision`.
      const listed = scope.cache.list(namespace === undefined ? {} : { namespace });
      if (listed instanceof Promise) throw new TypeError(`the cache of ${ref.resource} answered late`);
      return listed.items.map((cached) => parse(scope, cached));
    },
  };
}
