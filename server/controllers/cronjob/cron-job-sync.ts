/** Carries out what is planned for a cron job. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { CronJob, Job } from '../../client/api-types.ts';
import { isAlreadyExists, isNotFound } from '../../client/client.ts';
import { referenceTo } from '../../client/event-recorder.ts';
import type { Informer } from '../../client/informer.ts';
import { cronJobs, jobs } from '../../client/resource-types.ts';
import type { ControllerContext } from '../controller.ts';
import type { Requeue } from '../reconciler.ts';
import { controlledBy, isControlledBy } from '../workload/owner-reference.ts';
import { LOOK_AGAIN_MS, PendingWrites } from '../workload/pending-writes.ts';
import { isNamespaceTerminating, textOf } from '../workload/pod-control.ts';
import { withoutZeros } from '../workload/without-zeros.ts';
import { type CronJobStatus, planCronJob } from './reconcile.ts';

export interface CronJobSyncOptions {
  readonly context: ControllerContext;
  readonly owners: Informer<CronJob>;
  readonly dependents: Informer<Job>;
}

/** Milliseconds after which a cron job is looked at in any case: timers cannot be set for longer than 24 days. */
export const LONGEST_WAIT_MS = 86_400_000;

export class CronJobSync {
  readonly #options: CronJobSyncOptions;
  readonly #pendingJobs: PendingWrites<Job>;
  readonly #pendingOwners: PendingWrites<CronJob>;

  constructor(options: CronJobSyncOptions) {
    this.#options = options;
    this.#pendingJobs = new PendingWrites(options.dependents);
    this.#pendingOwners = new PendingWrites(options.owners);
  }

  async run(key: string): Promise<Requeue | void> {
    const { context, owners, dependents } = this.#options;
    const cronJob = owners.lister.byKey(key);
    if (cronJob === undefined) {
      this.#pendingJobs.forget(key);
      this.#pendingOwners.forget(key);
      return;
    }
    if (!this.#pendingJobs.areSeen(key) || !this.#pendingOwners.areSeen(key)) return { after: LOOK_AGAIN_MS };
    const own = controlledBy(dependents.lister, cronJob);
    const plan = planCronJob({ cronJob, jobs: own, now: context.clock.now() });
    for (const event of plan.events) context.events.event(cronJob, event);
    for (const { metadata } of plan.prune) await this.#delete(key, { cronJob, name: metadata.name ?? '' });
    const failure = await this.#start(key, { cronJob, plan });
    const status = failure instanceof Error ? plan.status : failure;
    await this.#writeStatus(key, { cronJob, status });
    if (failure instanceof Error) throw failure;
    return plan.requeueAfter === undefined ? undefined : { after: Math.min(plan.requeueAfter, LONGEST_WAIT_MS) };
  }

  /** The status after it, or why it could not be. */
  async #start(
    key: string,
    { cronJob, plan }: { cronJob: CronJob; plan: ReturnType<typeof planCronJob> },
  ): Promise<CronJobStatus | Error> {
    const { events } = this.#options.context;
    const { create, replace, status } = plan;
    if (create === undefined) return status;
    let active = status.active ?? [];
    for (const { name = '' } of replace) {
      if (!(await this.#delete(key, { cronJob, name }))) {
        return new Error(`could not replace job ${cronJob.metadata.namespace}/${name}`);
      }
      active = active.filter((reference) => reference.name !== name);
    }
    let job: Job | undefined;
    try {
      job = await this.#create(key, { cronJob, job: create.job });
    } catch (error) {
      if (!isNamespaceTerminating(error)) {
        events.event(cronJob, {
          type: 'Warning',
          reason: 'FailedCreate',
          message: `Error creating job: ${textOf(error)}`,
        });
      }
      return error instanceof Error ? error : new Error(textOf(error));
    }
    if (job === undefined) return { ...status, active };
    const reference = referenceTo({ apiVersion: 'batch/v1', kind: 'Job', metadata: job.metadata });
    return { ...status, active: [...active, reference], lastScheduleTime: formatTime(create.time) };
  }

  /** Undefined: the name belongs to somebody else's, or the run is known already. */
  async #create(key: string, { cronJob, job }: { cronJob: CronJob; job: Job }): Promise<Job | undefined> {
    const { client, events } = this.#options.context;
    const { name = '', namespace } = job.metadata;
    let created: Job;
    try {
      created = await client.of(jobs).create(job);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const existing = await client.of(jobs).get(name, { namespace });
      const isKnown = cronJob.status?.active?.some(({ uid }) => uid === existing.metadata.uid) === true;
      return isControlledBy(existing, cronJob) && !isKnown ? existing : undefined;
    }
    this.#pendingJobs.wrote(key, created);
    events.event(cronJob, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created job ${name}` });
    return created;
  }

  async #delete(key: string, { cronJob, name }: { cronJob: CronJob; name: string }): Promise<boolean> {
    const { context, dependents } = this.#options;
    const { namespace } = cronJob.metadata;
    try {
      await context.client.of(jobs).delete(name, { namespace, propagationPolicy: 'Background' });
    } catch (error) {
      if (isNotFound(error)) return true;
      const message = `Deleted job: ${textOf(error)}`;
      context.events.event(cronJob, { type: 'Warning', reason: 'FailedDelete', message });
      return false;
    }
    const known = dependents.lister.get(name, namespace);
    if (known !== undefined) this.#pendingJobs.deleted(key, known);
    context.events.event(cronJob, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted job ${name}` });
    return true;
  }

  async #writeStatus(key: string, { cronJob, status }: { cronJob: CronJob; status: CronJobStatus }): Promise<void> {
    if (jsonEquals(withoutZeros(cronJob.status ?? {}), withoutZeros(status))) return;
    this.#pendingOwners.wrote(
      key,
      await this.#options.context.client.of(cronJobs).updateStatus({ ...cronJob, status }),
    );
  }
}
