/** How fresh a read must be, from its resourceVersion: most recent, at least N, or anything at hand. */
import type { Cacher } from '../cacher/interface.ts';

/** Undefined: the cache is fresh enough now. */
export function waitForFreshness(cacher: Cacher, resourceVersion: number | undefined): Promise<void> | undefined {
  if (resourceVersion === undefined) return cacher.waitUntilConsistent();
  return resourceVersion === 0 ? undefined : cacher.waitUntilFresh(resourceVersion);
}
