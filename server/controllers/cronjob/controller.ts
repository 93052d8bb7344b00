/** CronJobs: a job for each time of the schedule. */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { nothingSelector } from '../../apimachinery/labels/selector.ts';
import type { CronJob, Job } from '../../client/api-types.ts';
import type { Informer } from '../../client/informer.ts';
import { keyOf } from '../../client/lister.ts';
import { cronJobs, jobs } from '../../client/resource-types.ts';
import type { WorkQueue } from '../../client/work-queue.ts';
import type { Controller } from '../controller.ts';
import { on, runReconciler, type Trigger } from '../reconciler.ts';
import { indexByController } from '../workload/owner-reference.ts';
import { onDependents } from '../workload/owner-trigger.ts';
import { CronJobSync, LONGEST_WAIT_MS } from './cron-job-sync.ts';
import { timetableOf, untilNext } from './due-times.ts';

export const cronJobController: Controller = {
  name: 'cronjob-controller',
  alias: 'cronjob',
  account: 'cronjob-controller',
  async run(context) {
    const owners = context.informers.of(cronJobs);
    const dependents = context.informers.of(jobs);
    indexByController(dependents);
    const sync = new CronJobSync({ context, owners, dependents });
    const queue = context.newQueue('cronjob');
    const triggers = [
      onCronJobs(owners, { queue, clock: context.clock }),
      // Jobs of nobody are not adopted.
      onDependents<CronJob, Job>({ owners, dependents, selectorOf: () => nothingSelector }),
    ];
    await runReconciler({ context, name: 'cronjob', queue, triggers, reconcile: (key) => sync.run(key) });
  },
};

/** One with a new schedule is due at the next time of that, not for what it might have missed. */
function onCronJobs(owners: Informer<CronJob>, { queue, clock }: { queue: WorkQueue; clock: Clock }): Trigger {
  return on(owners, ({ object, before, deleted }) => {
    const isRescheduled =
      !deleted &&
      before !== undefined &&
      (before.spec?.schedule !== object.spec?.schedule || before.spec?.timeZone !== object.spec?.timeZone);
    const timetable = isRescheduled ? timetableOf(object) : undefined;
    if (typeof timetable !== 'function') return keyOf(object);
    const after = untilNext(object, { timetable, now: clock.now() });
    if (after !== undefined) queue.addAfter(keyOf(object), Math.min(after, LONGEST_WAIT_MS));
    return undefined;
  });
}
