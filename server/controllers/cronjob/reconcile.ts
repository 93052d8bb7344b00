/** One look at a cron job: what became of its jobs, which of them go, and whether one is to be made. */
import { zoneOffset } from '../../apimachinery/clock/zoned-time.ts';
import { timeZoneProblem } from '../../apis/batch/time-zone.ts';
import type { CronJob, Job, ObjectReference } from '../../client/api-types.ts';
import type { Occurrence } from '../../client/event-writer.ts';
import { cronJobs } from '../../client/resource-types.ts';
import { isJobFinished, trueCondition } from '../job/conditions.ts';
import { newControllerReference } from '../workload/owner-reference.ts';
import { parseTime } from '../workload/pod-state.ts';
import { type Due, newestDue, timetableOf, untilNext, zoneName } from './due-times.ts';

export type CronJobStatus = NonNullable<CronJob['status']>;

export interface CronJobView {
  readonly cronJob: CronJob;
  /** That it controls. */
  readonly jobs: readonly Job[];
  readonly now: number;
}

export interface CronJobPlan {
  readonly events: readonly Occurrence[];
  /** Finished ones beyond the limits of the history. */
  readonly prune: readonly Job[];
  /** Running ones that the new one replaces. */
  readonly replace: readonly ObjectReference[];
  readonly create: { readonly job: Job; readonly time: number } | undefined;
  readonly status: CronJobStatus;
  /** Milliseconds; undefined: only an event brings it up again. */
  readonly requeueAfter: number | undefined;
}

export function planCronJob(view: CronJobView): CronJobPlan {
  const { cronJob, jobs } = view;
  const events: Occurrence[] = [];
  const prune = finishedBeyondLimits(cronJob, jobs);
  const status = followJobs(view, { events, pruned: new Set(prune.map(({ metadata }) => metadata.uid)) });
  const plan: CronJobPlan = {
    events,
    prune,
    replace: [],
    create: undefined,
    status,
    requeueAfter: undefined,
  };
  if (cronJob.metadata.deletionTimestamp !== undefined) return plan;
  return { ...plan, ...planRun({ ...view, cronJob: { ...cronJob, status } }, events) };
}

/** The list of running jobs, and the last success. Of one that goes in this round nothing is told. */
function followJobs(
  { cronJob, jobs }: CronJobView,
  { events, pruned }: { events: Occurrence[]; pruned: ReadonlySet<string | undefined> },
): CronJobStatus {
  let active = (cronJob.status?.active ?? []).filter(({ uid }) => !pruned.has(uid));
  let { lastSuccessfulTime } = cronJob.status ?? {};
  const known = new Map(jobs.map((job) => [job.metadata.uid, job]));
  for (const job of jobs) {
    const { uid, name } = job.metadata;
    const isActive = active.some((reference) => reference.uid === uid);
    if (!isJobFinished(job)) {
      if (isActive) continue;
      const message = `Saw a job that the controller did not create or forgot: ${name}`;
      events.push({ type: 'Warning', reason: 'UnexpectedJob', message });
      continue;
    }
    const succeeded = trueCondition(job, 'Complete') !== undefined;
    if (isActive) {
      active = active.filter((reference) => reference.uid !== uid);
      const message = `Saw completed job: ${name}, condition: ${succeeded ? 'Complete' : 'Failed'}`;
      events.push({ type: 'Normal', reason: 'SawCompletedJob', message });
    }
    const { completionTime } = job.status ?? {};
    if (succeeded && (parseTime(completionTime) ?? 0) > (parseTime(lastSuccessfulTime) ?? 0))
      lastSuccessfulTime = completionTime;
  }
  for (const reference of active) {
    if (known.has(reference.uid)) continue;
    active = active.filter((each) => each !== reference);
    events.push({ type: 'Normal', reason: 'MissingJob', message: `Active job went missing: ${reference.name}` });
  }
  return { ...cronJob.status, active, ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }) };
}

type Run = Partial<Pick<CronJobPlan, 'create' | 'replace' | 'requeueAfter'>>;

function planRun({ cronJob, now }: CronJobView, events: Occurrence[]): Run {
  const schedule = cronJob.spec?.schedule ?? '';
  const { timeZone, suspend, startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec ?? {};
  const warn = (reason: string, message: string) => void events.push({ type: 'Warning', reason, message });
  const zoneProblem = timeZone === undefined ? undefined : timeZoneProblem(timeZone);
  if (zoneProblem !== undefined) {
    warn('UnknownTimeZone', `invalid timeZone: ${JSON.stringify(timeZone)}: ${zoneProblem}`);
    return {};
  }
  if (suspend === true) return {};
  if (schedule.includes('TZ')) {
    const more = 'see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';
    warn(
      'UnsupportedSchedule',
      `CRON_TZ or TZ used in schedule ${JSON.stringify(schedule)} is not officially supported, ${more}`,
    );
  }
  const timetable = timetableOf(cronJob);
  if (typeof timetable === 'string') {
    warn('UnparseableSchedule', `unparseable schedule: ${JSON.stringify(schedule)} : ${timetable}`);
    return {};
  }
  let due: Due;
  try {
    due = newestDue(cronJob, { timetable, now, withDeadline: true });
  } catch (error) {
    warn('InvalidSchedule', `invalid schedule: ${schedule} : ${(error as Error).message}`);
    return {};
  }
  const later: Run = { requeueAfter: untilNext(cronJob, { timetable, now }) };
  const { time } = due;
  if (time === undefined) return later;
  if (due.missed === 'many') {
    const message = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
    warn('TooManyMissedTimes', message);
  }
  if (startingDeadlineSeconds !== undefined && time + startingDeadlineSeconds * 1000 < now) {
    const when = new Date(time).toUTCString().replace('GMT', '+0000');
    warn('MissSchedule', `Missed scheduled time to start a job: ${when}`);
    return later;
  }
  const active = cronJob.status?.active ?? [];
  const name = jobName(cronJob, time);
  if (active.some((reference) => reference.name === name) || parseTime(cronJob.status?.lastScheduleTime) === time)
    return later;
  if (concurrencyPolicy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    events.push({ type: 'Normal', reason: 'JobAlreadyActive', message });
    return later;
  }
  const started: CronJob = {
    ...cronJob,
    status: { ...cronJob.status, lastScheduleTime: new Date(time).toISOString() },
  };
  return {
    replace: concurrencyPolicy === 'Replace' ? active : [],
    create: { job: newJob(cronJob, time), time },
    requeueAfter: untilNext(started, { timetable, now }),
  };
}

/** The same for the same run, so that it is made once, whatever happens in between. */
function jobName({ metadata }: CronJob, time: number): string {
  return `${metadata.name}-${Math.floor(time / 60_000)}`;
}

function newJob(cronJob: CronJob, time: number): Job {
  const { metadata, spec } = cronJob.spec?.jobTemplate ?? {};
  const zone = zoneName(cronJob.spec?.timeZone ?? '');
  return {
    metadata: {
      name: jobName(cronJob, time),
      namespace: cronJob.metadata.namespace ?? '',
      labels: { ...metadata?.labels },
      annotations: { ...metadata?.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': timeIn(zone, time) },
      ownerReferences: [newControllerReference(cronJob, cronJobs)],
    },
    spec: structuredClone(spec) as NonNullable<Job['spec']>,
  };
}

/** RFC 3339 with the zone's offset. */
function timeIn(zone: string, time: number): string {
  const offset = zoneOffset(time, zone);
  if (offset === 0) return `${new Date(time).toISOString().slice(0, 19)}Z`;
  const minutes = Math.abs(offset) / 60_000;
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0');
  return `${new Date(time + offset).toISOString().slice(0, 19)}${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

function finishedBeyondLimits({ spec }: CronJob, jobs: readonly Job[]): Job[] {
  const beyond = (type: 'Complete' | 'Failed', limit: number | undefined): Job[] => {
    const ended = jobs.filter(
      (job) => trueCondition(job, type) !== undefined && job.metadata.deletionTimestamp === undefined,
    );
    return limit === undefined ? [] : ended.toSorted(byStart).slice(0, Math.max(0, ended.length - limit));
  };
  return [...beyond('Complete', spec?.successfulJobsHistoryLimit), ...beyond('Failed', spec?.failedJobsHistoryLimit)];
}

/** Those that have not started last. */
function byStart(a: Job, b: Job): number {
  const startOf = ({ status }: Job) => parseTime(status?.startTime) ?? Number.POSITIVE_INFINITY;
  const [first, second] = [startOf(a), startOf(b)];
  if (first !== second) return first - second;
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
}
