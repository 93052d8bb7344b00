/** Events that come in crowds, gathered before they make their keys due: each round looks at all dependents of its owner. */
import type { WorkQueue } from '../../client/work-queue.ts';
import type { Trigger } from '../reconciler.ts';

/** Milliseconds for which events of the largest owners are gathered. */
const GATHER_MS = 2000;
/** Dependents for which a millisecond is worth waiting. */
const PER_MS = 5;

export interface GatherOptions {
  readonly queue: WorkQueue;
  /** About how many dependents the owner of a key has. */
  readonly sizeOf: (key: string) => number;
  /** Milliseconds at least where the last round has failed: a quota, for one, is only free again some time after a pod has ended. */
  readonly afterFailure?: number;
}

export function gathered(trigger: Trigger, { queue, sizeOf, afterFailure = 0 }: GatherOptions): Trigger {
  return {
    synced: trigger.synced,
    attach: () =>
      trigger.attach((key) => {
        const least = queue.retries(key) > 0 ? afterFailure : 0;
        const wait = Math.max(least, Math.min(GATHER_MS, Math.floor(sizeOf(key) / PER_MS)));
        if (wait === 0) queue.add(key);
        else queue.addAfter(key, wait);
      }),
  };
}
