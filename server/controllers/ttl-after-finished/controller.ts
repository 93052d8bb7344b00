/** Jobs that have finished go when their time to live is over, with their pods. */
import type { Job } from '../../client/api-types.ts';
import { isNotFound } from '../../client/client.ts';
import { splitKey } from '../../client/lister.ts';
import { jobs } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';

export const ttlAfterFinished: Controller = {
  name: 'ttl-after-finished-controller',
  alias: 'ttl-after-finished',
  account: 'ttl-after-finished-controller',
  async run(context) {
    const all = context.informers.of(jobs);
    const { client, clock } = context;
    await runReconciler({
      context,
      name: 'ttl_jobs_to_delete',
      triggers: [on(all)],
      async reconcile(key) {
        const known = all.lister.byKey(key);
        const left = known === undefined ? undefined : timeLeft(known, clock.now());
        if (left === undefined) return undefined;
        if (left > 0) return { after: left };
        const { namespace, name } = splitKey(key);
        try {
          // It may have been given more time since the informer saw it.
          const fresh = await client.of(jobs).get(name, { namespace });
          const now = timeLeft(fresh, clock.now());
          if (now === undefined) return undefined;
          if (now > 0) return { after: now };
          const preconditions = { uid: fresh.metadata.uid };
          await client.of(jobs).delete(name, { namespace, propagationPolicy: 'Foreground', preconditions });
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
        return undefined;
      },
    });
  },
};

/** Milliseconds; undefined: it stays. */
export function timeLeft({ metadata, spec, status }: Job, now: number): number | undefined {
  const seconds = spec?.ttlSecondsAfterFinished;
  if (metadata.deletionTimestamp !== undefined || seconds === undefined) return undefined;
  const finished = status?.conditions?.find(
    ({ type, status: is }) => (type === 'Complete' || type === 'Failed') && is === 'True',
  );
  if (finished?.lastTransitionTime === undefined) return undefined;
  return Date.parse(finished.lastTransitionTime) + seconds * 1000 - now;
}
