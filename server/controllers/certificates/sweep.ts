/** Deletes what is outdated, from time to time. */
import { pause } from '../../client/backoff.ts';
import { isNotFound } from '../../client/client.ts';
import type { Stored } from '../../client/lister.ts';
import type { ResourceType } from '../../client/resource-type.ts';
import type { ControllerContext } from '../controller.ts';
import { aborted } from '../reconciler.ts';

export interface SweepOptions<T> {
  /** Milliseconds. */
  readonly every: number;
  /** @param now milliseconds since the epoch */
  readonly isOutdated: (object: T, now: number) => boolean;
}

export async function sweep<T extends Stored>(
  { client, clock, informers, signal, onError }: ControllerContext,
  type: ResourceType<T>,
  { every, isOutdated }: SweepOptions<T>,
): Promise<void> {
  const all = informers.of(type);
  await Promise.race([all.synced, aborted(signal)]);
  while (!signal.aborted) {
    for (const object of all.lister.list()) {
      if (!isOutdated(object, clock.now())) continue;
      const { name = '', namespace, uid } = object.metadata;
      try {
        await client.of(type).delete(name, { namespace, preconditions: { uid } });
      } catch (error) {
        if (!isNotFound(error)) onError(error, `${type.resource}: ${name}`);
      }
    }
    await pause(clock, every, signal);
  }
}
