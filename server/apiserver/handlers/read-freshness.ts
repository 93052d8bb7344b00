/** How fresh a read must be, from the resourceVersion it asks for. */
import type { Cacher } from '../cacher/interface.ts';

type Fresh = Pick<Cacher, 'waitUntilConsistent' | 'waitUntilFresh'>;

/** Undefined: nothing to wait for. */
export function waitForFreshness(cache: Fresh, resourceVersion: number | undefined): Promise<void> | undefined {
  return resourceVersion === undefined ? cache.waitUntilConsistent() : cache.waitUntilFresh(resourceVersion);
}
