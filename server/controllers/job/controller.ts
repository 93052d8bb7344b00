/** Jobs: pods until enough of them have succeeded, or too many failed. */
import { labelSelectorToSelector } from '../../apimachinery/labels/selector.ts';
import type { Job } from '../../client/api-types.ts';
import { exponentialLimiter } from '../../client/rate-limiter.ts';
import { jobs, pods } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import { gathered } from '../workload/gathered-trigger.ts';
import { indexByController } from '../workload/owner-reference.ts';
import { onDependents } from '../workload/owner-trigger.ts';
import { JobSync } from './job-sync.ts';
import { releaseOrphanPods } from './orphan-pods.ts';

/** Milliseconds after a failure, and after many. */
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;

const selectorOf = ({ spec }: Job) => labelSelectorToSelector(spec?.selector);

export const jobController: Controller = {
  name: 'job-controller',
  alias: 'job',
  account: 'job-controller',
  async run(context) {
    const owners = context.informers.of(jobs);
    const dependents = context.informers.of(pods);
    indexByController(dependents);
    const sync = new JobSync({ context, owners, dependents, selectorOf });
    const queue = context.newQueue('job', exponentialLimiter<string>({ first: FIRST_RETRY_MS, most: LAST_RETRY_MS }));
    const podTrigger = gathered(onDependents({ owners, dependents, selectorOf }), {
      queue,
      sizeOf: (key) => owners.lister.byKey(key)?.spec?.parallelism ?? 1,
      afterFailure: FIRST_RETRY_MS,
    });
    await Promise.all([
      runReconciler({
        context,
        name: 'job',
        queue,
        triggers: [on(owners), podTrigger],
        reconcile: (key) => sync.run(key),
      }),
      releaseOrphanPods({ context, owners, dependents }),
    ]);
  },
};
