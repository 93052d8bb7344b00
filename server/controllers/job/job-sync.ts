/** One round of a job, step by step: look, end or make pods, count, let go of what is counted, say that it has ended. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { JsonValue } from '../../apimachinery/json.ts';
import type { LabelSelector } from '../../apimachinery/labels/selector.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { Job, Pod } from '../../client/api-types.ts';
import { isNotFound } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import { jobs, pods } from '../../client/resource-types.ts';
import type { ControllerContext } from '../controller.ts';
import type { Requeue } from '../reconciler.ts';
import { claim } from '../workload/claim.ts';
import { controlledBy } from '../workload/owner-reference.ts';
import { LOOK_AGAIN_MS, PendingWrites } from '../workload/pending-writes.ts';
import { PodControl } from '../workload/pod-control.ts';
import { isPodReady } from '../workload/pod-state.ts';
import { firstFailure, slowStartBatch } from '../workload/slow-start.ts';
import { withoutZeros } from '../workload/without-zeros.ts';
import { type Backoff, noBackoff } from './backoff.ts';
import { isJobFinished, type JobCondition, type JobStatus, newJobCondition, withJobCondition } from './conditions.ts';
import { hasTrackingFinalizer, isSuspended, trackingFinalizer, withoutTracking } from './job-pods.ts';
import { newJobPod } from './job-template.ts';
import { type JobView, viewJob } from './job-view.ts';
import { isManagedElsewhere } from './managed-by.ts';
import { decideEnd, isDone, planJobPods, untilDeadline } from './reconcile.ts';
import { countReleased, endedStatus, trackPods } from './tracking.ts';

export interface JobSyncOptions {
  readonly context: ControllerContext;
  readonly owners: Informer<Job>;
  readonly dependents: Informer<Pod>;
  readonly selectorOf: (job: Job) => LabelSelector;
}

/** What a round has done to the pods, before its effects show. */
interface Outcome {
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  /** It ends, whether or not its pods could be asked to go. */
  readonly isEnding: boolean;
  readonly end: JobCondition | undefined;
  readonly error: Error | undefined;
  readonly wait: number;
}

export class JobSync {
  readonly #options: JobSyncOptions;
  readonly #podControl: PodControl;
  readonly #pendingPods: PendingWrites<Pod>;
  readonly #pendingJobs: PendingWrites<Job>;
  readonly #backoffs = new Map<string, Backoff>();

  constructor(options: JobSyncOptions) {
    this.#options = options;
    this.#pendingPods = new PendingWrites(options.dependents);
    this.#pendingJobs = new PendingWrites(options.owners);
    this.#podControl = new PodControl({ context: options.context, pending: this.#pendingPods });
  }

  async run(key: string): Promise<Requeue | void> {
    const { context, owners, dependents, selectorOf } = this.#options;
    const job = owners.lister.byKey(key);
    if (job === undefined || isManagedElsewhere(job) || isJobFinished(job)) {
      this.#forget(key);
      return;
    }
    // Counts must never be made from a look that does not have what we did last.
    if (!this.#pendingJobs.areSeen(key) || !this.#pendingPods.areSeen(key)) return { after: LOOK_AGAIN_MS };
    const selector = selectorOf(job);
    const claimed = await claim(controlledBy(dependents.lister, job, { orphans: true }), {
      client: context.client,
      owner: job,
      ownerType: jobs,
      type: pods,
      matches: ({ metadata }) => selector.matches(metadata.labels),
      finalizers: [trackingFinalizer],
    });
    const now = context.clock.now();
    const view = viewJob(job, { pods: claimed, backoff: this.#backoffs.get(key) ?? noBackoff, now });
    const outcome = await this.#actOnPods(view);
    await this.#record(key, { view, outcome });
    if (outcome.error !== undefined) throw outcome.error;
    const waits = [untilDeadline(job, now), outcome.wait].filter((wait) => wait !== undefined && wait > 0);
    return waits.length === 0 ? undefined : { after: Math.min(...waits.map(Number)) };
  }

  #forget(key: string): void {
    this.#pendingJobs.forget(key);
    this.#pendingPods.forget(key);
    this.#backoffs.delete(key);
  }

  async #actOnPods(view: JobView): Promise<Outcome> {
    const { job, active, ready, terminating } = view;
    const still: Outcome = {
      active: active.length,
      ready,
      terminating,
      isEnding: false,
      end: undefined,
      error: undefined,
      wait: 0,
    };
    const end = decideEnd(view);
    if (end !== undefined) {
      const ended = await this.#delete(active, { job, still });
      return { ...ended, isEnding: true, end: ended.error === undefined ? end : undefined };
    }
    if (job.metadata.deletionTimestamp !== undefined) return still;
    const plan = planJobPods(view);
    if (plan.delete.length > 0) {
      const released = await this.#release(plan.delete, job);
      return this.#delete(released.pods, { job, still: { ...still, error: released.error } });
    }
    const { successes, error } = await slowStartBatch(plan.create.length, (position) =>
      this.#podControl.create(newJobPod(view, plan.create[position]), job),
    );
    return { ...still, active: active.length + successes, error, wait: plan.wait };
  }

  async #delete(targets: readonly Pod[], { job, still }: { job: Job; still: Outcome }): Promise<Outcome> {
    const gone: Pod[] = [];
    const remove = (pod: Pod) => this.#podControl.delete(pod, job).then(() => gone.push(pod));
    const error = await firstFailure(targets.map(remove));
    return {
      ...still,
      active: still.active - gone.length,
      ready: still.ready - gone.filter(isPodReady).length,
      terminating: still.terminating + gone.length,
      error: still.error ?? error,
    };
  }

  async #record(key: string, { view, outcome }: { view: JobView; outcome: Outcome }): Promise<void> {
    const { context } = this.#options;
    const { job, now } = view;
    const { active, ready, terminating, isEnding } = outcome;
    const done = newJobCondition({
      type: 'SuccessCriteriaMet',
      reason: 'CompletionsReached',
      message: 'Reached expected number of succeeded pods',
      now,
    });
    const isComplete = !isEnding && isDone(view, active);
    const started = this.#startedStatus(view, { goesOn: !isComplete && !isEnding });
    const tracking = trackPods(view, {
      status: { ...started, active, ready, terminating },
      end: isComplete ? done : outcome.end,
    });
    let written = job;
    let status = tracking.status;
    if (!isSameStatus(job.status, status)) {
      written = await this.#writeStatus(key, { job: written, status });
      this.#backoffs.set(key, view.backoff);
    }
    const released = await this.#release(tracking.release, job);
    const withFinalizer = new Set(view.pods.filter(hasTrackingFinalizer).map(({ metadata }) => metadata.uid ?? ''));
    for (const { metadata } of released.pods) withFinalizer.delete(metadata.uid ?? '');
    status = countReleased(status, withFinalizer);
    const { end } = tracking;
    const ended = released.error === undefined ? endedStatus(status, { end, terminating, now }) : undefined;
    status = ended ?? status;
    if (!isSameStatus(tracking.status, status)) await this.#writeStatus(key, { job: written, status });
    if (released.error !== undefined) throw released.error;
    if (ended === undefined || end === undefined) return;
    const { completions } = job.spec ?? {};
    if (end.type !== 'Complete') {
      context.events.event(job, { type: 'Warning', reason: end.reason ?? '', message: end.message ?? '' });
      return;
    }
    if (completions !== undefined && (status.succeeded ?? 0) > completions) {
      const message = 'Too many succeeded pods running after completion count reached';
      context.events.event(job, { type: 'Warning', reason: 'TooManySucceededPods', message });
    }
    context.events.event(job, { type: 'Normal', reason: 'Completed', message: 'Job completed' });
  }

  /** With the time of its start, and with what suspending and resuming says. */
  #startedStatus({ job, now }: JobView, { goesOn }: { goesOn: boolean }): JobStatus {
    const status: JobStatus = { ...job.status };
    if (status.startTime === undefined && !isSuspended(job)) status.startTime = formatTime(now);
    if (!goesOn || job.metadata.deletionTimestamp !== undefined) return status;
    const [state, reason, message] = isSuspended(job)
      ? (['True', 'JobSuspended', 'Job suspended'] as const)
      : (['False', 'JobResumed', 'Job resumed'] as const);
    const before = status.conditions ?? [];
    const conditions = withJobCondition(
      before,
      newJobCondition({ type: 'Suspended', status: state, reason, message, now }),
    );
    if (conditions === before) return status;
    const event = isSuspended(job) ? 'Suspended' : 'Resumed';
    this.#options.context.events.event(job, { type: 'Normal', reason: event, message });
    if (isSuspended(job)) delete status.startTime;
    else status.startTime = formatTime(now);
    return { ...status, conditions: [...conditions] };
  }

  /** Those whose finalizer is gone, and the first failure. */
  async #release(targets: readonly Pod[], job: Job): Promise<{ pods: Pod[]; error: Error | undefined }> {
    const { client } = this.#options.context;
    const key = `${job.metadata.namespace}/${job.metadata.name}`;
    const released: Pod[] = [];
    const release = async (pod: Pod) => {
      const { name = '', namespace } = pod.metadata;
      try {
        if (hasTrackingFinalizer(pod)) {
          await client.of(pods).patch(name, withoutTracking, { namespace, type: 'strategic' });
          this.#pendingPods.changed(key, pod, (seen) => !hasTrackingFinalizer(seen));
        }
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      released.push(pod);
    };
    const error = await firstFailure(targets.map(release));
    return { pods: released, error };
  }

  async #writeStatus(key: string, { job, status }: { job: Job; status: JobStatus }): Promise<Job> {
    const written = await this.#options.context.client.of(jobs).updateStatus({ ...job, status });
    this.#pendingJobs.wrote(key, written);
    return written;
  }
}

function isSameStatus(a: JobStatus | undefined, b: JobStatus | undefined): boolean {
  const comparable = (status: JobStatus | undefined) => {
    const { uncountedTerminatedPods, ...rest } = status ?? {};
    const kept = withoutZeros(rest, { except: ['ready', 'terminating', 'failedIndexes'] });
    const uncounted = withoutZeros(uncountedTerminatedPods ?? {});
    return { ...kept, uncounted } as unknown as JsonValue;
  };
  return jsonEquals(comparable(a), comparable(b));
}
