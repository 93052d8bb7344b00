/** Jobs: pods until enough of them have succeeded, or too many failed. */
import { labelSelectorToSelector } from '../../apimachinery/labels/selector.ts';
import type { Job } from '../../client/api-types.ts';
import { jobs, pods } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import { batched } from '../workload/batched-trigger.ts';
import { indexByController } from '../workload/owner-reference.ts';
import { onDependents } from '../workload/owner-trigger.ts';
import { JobSync } from './job-sync.ts';
import { releaseOrphanPods } from './orphan-pods.ts';

/** Milliseconds in which events of pods are gathered: many pods end at the same time, and each round looks at all of them. */
const POD_EVENTS_MS = 100;

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
    const queue = context.newQueue('job');
    const podTrigger = batched(onDependents({ owners, dependents, selectorOf }), {
      queue,
      milliseconds: POD_EVENTS_MS,
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
