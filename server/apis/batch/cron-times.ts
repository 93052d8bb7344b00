/** When a cron schedule is due next. */
import type { CalendarSchedule, CronSchedule } from './cron-schedule.ts';
import { type LocalTime, localTime, startOfDay } from '../../apimachinery/clock/zoned-time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Years after which it is due never again: "30 February". */
const YEARS = 5;

/** The first time after an instant, both in milliseconds since the epoch; undefined: never. Zone '': that of this process. */
export function nextTime(schedule: CronSchedule, { after, zone }: { after: number; zone: string }): number | undefined {
  const whole = Math.floor(after / 1000) * 1000;
  if ('every' in schedule) return whole + schedule.every;
  const local = schedule.zone === undefined || schedule.zone === '' || schedule.zone === 'Local' ? zone : schedule.zone;
  // Zones are whole minutes away from each other.
  let instant = Math.floor(whole / MINUTE) * MINUTE + MINUTE;
  for (const limit = localTime(instant, local).year + YEARS; ; ) {
    const time = localTime(instant, local);
    if (time.year > limit) return undefined;
    const { year, month, day, minute } = time;
    if (!schedule.months.has(month)) instant = startOfDay({ year, month: month + 1, day: 1 }, local);
    else if (!matchesDay(schedule, time)) instant = startOfDay({ year, month, day: day + 1 }, local);
    else if (!schedule.hours.has(time.hour)) instant += HOUR - minute * MINUTE;
    else if (!schedule.minutes.has(minute)) instant += MINUTE;
    else return instant;
  }
}

function matchesDay({ days, weekdays, needsBoth }: CalendarSchedule, { day, weekday }: LocalTime): boolean {
  return needsBoth ? days.has(day) && weekdays.has(weekday) : days.has(day) || weekdays.has(weekday);
}
