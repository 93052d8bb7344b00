/** Waits until watchers have seen what there is. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Watcher } from './watcher.ts';

/** Milliseconds. */
const QUIET = 1500;

/**
 * Resolves when every watcher has reached the revision, or when nothing has come for a while: then what is missing is
 * missing (or was a write to another resource, which watchers do not see).
 */
export async function caughtUp(watchers: readonly Watcher[], resourceVersion: number): Promise<void> {
  let before = -1;
  for (;;) {
    const slowest = Math.min(...watchers.map((watcher) => watcher.resourceVersion));
    if (slowest >= resourceVersion || slowest === before) return;
    before = slowest;
    await pause(QUIET);
  }
}
