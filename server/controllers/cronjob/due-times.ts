/** Which run of a cron job is due, and when the next one will be. Times in milliseconds since the epoch. */
import { type CronSchedule, parseCronSchedule, ScheduleError } from '../../apis/batch/cron-schedule.ts';
import { nextTime } from '../../apis/batch/cron-times.ts';
import { timeZoneProblem } from '../../apis/batch/time-zone.ts';
import type { CronJob } from '../../client/api-types.ts';
import { parseTime } from '../workload/pod-state.ts';

export type Timetable = (after: number) => number | undefined;

/** What is wrong with it as text. */
export function timetableOf({ spec }: CronJob): Timetable | string {
  const text = spec?.schedule ?? '';
  const timeZone = spec?.timeZone;
  let schedule: CronSchedule;
  try {
    schedule = parseCronSchedule(text);
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
  const zone = timeZone === undefined || timeZoneProblem(timeZone) !== undefined ? '' : zoneName(timeZone);
  return (after) => nextTime(schedule, { after, zone });
}

export function zoneName(timeZone: string): string {
  return timeZone === '' ? 'UTC' : timeZone;
}

export interface Due {
  /** Since when runs are looked for. */
  readonly since: number;
  /** The newest that should have begun. */
  readonly time: number | undefined;
  readonly missed: 'none' | 'few' | 'many';
}

/** More missed ones than this are told of: most likely a clock is wrong. */
const MANY_MISSED = 100;

/** @throws Error for a timetable whose times do not differ */
export function newestDue(
  cronJob: CronJob,
  { timetable, now, withDeadline }: { timetable: Timetable; now: number; withDeadline: boolean },
): Due {
  const { startingDeadlineSeconds } = cronJob.spec ?? {};
  let since = parseTime(cronJob.status?.lastScheduleTime) ?? parseTime(cronJob.metadata.creationTimestamp) ?? now;
  if (withDeadline && startingDeadlineSeconds !== undefined)
    since = Math.max(since, now - startingDeadlineSeconds * 1000);
  const first = timetable(since);
  if (first === undefined || now < first) return { since, time: undefined, missed: 'none' };
  const second = timetable(first);
  if (second === undefined || now < second) return { since, time: first, missed: 'none' };
  const between = Math.round((second - first) / 1000);
  if (between < 1) throw new Error('time difference between two schedules is less than 1 second');
  const count = Math.floor((now - first) / 1000 / between) + 1;
  // Not one by one: there may be thousands of them.
  let time: number | undefined;
  for (
    let next = timetable(first + (count - 2) * between * 1000);
    next !== undefined && next <= now;
    next = timetable(next)
  )
    time = next;
  return { since, time, missed: count > MANY_MISSED ? 'many' : 'few' };
}

/** Milliseconds that clocks of different machines may differ, so that a run is not looked for before it is due. */
const LATER_MS = 100;

/** Milliseconds until the next run; undefined: there is none. */
export function untilNext(
  cronJob: CronJob,
  { timetable, now }: { timetable: Timetable; now: number },
): number | undefined {
  let from = now;
  try {
    const { since, time, missed } = newestDue(cronJob, { timetable, now, withDeadline: false });
    from = time ?? (missed === 'none' ? since : now);
  } catch {
    // Its times do not differ: from now on.
  }
  const next = timetable(from);
  return next === undefined ? undefined : next + LATER_MS - now;
}
