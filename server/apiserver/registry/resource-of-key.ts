/** Which resource a stored key belongs to. */
import type { GroupResource } from '../../apimachinery/meta/object.ts';
import { storageKeyPrefix } from './generic/store-rules.ts';
import { cachedResources } from './install-resources.ts';
import { internalResources } from './internal-resources.ts';

const root = '/registry/';

/** Undefined: what no API serves. */
export function newResourceOfKey(): (key: string) => GroupResource | undefined {
  const internal = new Set(internalResources.map(storageKeyPrefix));
  const builtIn = new Map<string, GroupResource>();
  for (const [{ group, resource, storedAs }, { prefix }] of cachedResources()) {
    if (!internal.has(prefix)) builtIn.set(prefix, storedAs ?? { group, resource });
  }
  return (key) => {
    const first = key.indexOf('/', root.length);
    const second = key.indexOf('/', first + 1);
    const found = builtIn.get(key.slice(0, first + 1)) ?? builtIn.get(key.slice(0, second + 1));
    if (found !== undefined || first < 0 || second < 0) return found;
    const group = key.slice(root.length, first);
    // Objects of custom resources lie below their group, which has a dot.
    return group.includes('.') ? { group, resource: key.slice(first + 1, second) } : undefined;
  };
}
