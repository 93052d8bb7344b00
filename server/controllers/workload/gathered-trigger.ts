/** Events that come in crowds, gathered before they make their keys due: each round looks at all dependents of its owner. */
import type { WorkQueue } from '../../client/work-queue.ts';
import type { Trigger } from '../reconciler.ts';

/** Milliseconds for which events of the largest owners are gathered. */
const GATHER_MS = 2000;
/** Dependents for which a millisecond is worth waiting. */
const PER_MS = 5;

/** `sizeOf`: about how many dependents the owner of a key has. */
export function gathered(
  trigger: Trigger,
  { queue, sizeOf }: { queue: WorkQueue; sizeOf: (key: string) => number },
): Trigger {
  return {
    synced: trigger.synced,
    attach: () =>
      trigger.attach((key) => {
        const wait = Math.min(GATHER_MS, Math.floor(sizeOf(key) / PER_MS));
        if (wait === 0) queue.add(key);
        else queue.addAfter(key, wait);
      }),
  };
}
