/** What plugins know of other objects: the caches of this server, parsed once an object and revision. */
import type { GroupResource, KubeObject } from '../../apimachinery/meta/object.ts';
import type { ParsedObjectsOf } from '../cacher/parsed-objects.ts';

/** Objects are shared: never change one. */
export interface ObjectReader {
  /** As this server's cache shows it. */
  get(resource: GroupResource, name: string, namespace?: string): KubeObject | undefined;
  /** Asks the store where the cache has nothing, for what was made a moment ago through another server. */
  getFresh(resource: GroupResource, name: string, namespace?: string): Promise<KubeObject | undefined>;
  /** Of one namespace, or (cluster-scoped resources) all. */
  list(resource: GroupResource, namespace?: string): readonly KubeObject[];
}

export function newObjectReader(objectsOf: ParsedObjectsOf): ObjectReader {
  return {
    get: ({ group, resource }, name, namespace = '') => objectsOf(group, resource).get(namespace, name),
    getFresh: async ({ group, resource }, name, namespace = '') => objectsOf(group, resource).find(namespace, name),
    list: ({ group, resource }, namespace) => objectsOf(group, resource).list(namespace),
  };
}
