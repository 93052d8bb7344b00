/** Objects of built-in resources as the server itself reads them, one reader a resource. */
import type { CachedResource, Cacher } from '../cacher/interface.ts';
import { ParsedObjects, type ParsedObjectsOf } from '../cacher/parsed-objects.ts';
import type { cachedResources } from './install-resources.ts';

/** Served or not: what the server itself reads does not depend on --runtime-config. */
export function parsedObjectsOf(cached: ReturnType<typeof cachedResources>, cacher: Cacher): ParsedObjectsOf {
  const made = new Map<CachedResource, ParsedObjects>();
  const refresh = () => cacher.waitUntilConsistent();
  const byName = new Map([...cached].map(([{ group, resource }, value]) => [`${group}/${resource}`, value]));
  return (group, resource) => {
    const found = byName.get(`${group}/${resource}`);
    if (found === undefined) throw new TypeError(`${resource}.${group} is not stored`);
    let objects = made.get(found);
    if (objects === undefined) made.set(found, (objects = new ParsedObjects(cacher.resource(found), refresh)));
    return objects;
  };
}
