/** Events that come in crowds, gathered before they make their keys due. */
import type { WorkQueue } from '../../client/work-queue.ts';
import type { Trigger } from '../reconciler.ts';

export function batched(
  trigger: Trigger,
  { queue, milliseconds }: { queue: WorkQueue; milliseconds: number },
): Trigger {
  return {
    synced: trigger.synced,
    attach: () => trigger.attach((key) => queue.addAfter(key, milliseconds)),
  };
}
