/** Calendars of time zones: the local date and time of an instant, and the first instant of a local day. */

export interface LocalTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** From 0, Sunday. */
  readonly weekday: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      ...(zone === '' ? {} : { timeZone: zone }),
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

/** Milliseconds since the epoch; zone '': that of this process. */
export function localTime(instant: number, zone: string): LocalTime {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() };
}

/** Milliseconds that local clocks are ahead of UTC. */
export function zoneOffset(instant: number, zone: string): number {
  const { year, month, day, hour, minute, second } = localTime(instant, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}

/** The first instant of a local day: midnight, or where clocks skip that, the end of the gap. Days and months may overflow. */
export function startOfDay(date: { year: number; month: number; day: number }, zone: string): number {
  const asUtc = Date.UTC(date.year, date.month - 1, date.day);
  const before = asUtc - zoneOffset(asUtc - DAY, zone);
  const after = asUtc - zoneOffset(asUtc + DAY, zone);
  const isMidnight = (instant: number) => asUtc - zoneOffset(instant, zone) === instant;
  const [first, last] = [Math.min(before, after), Math.max(before, after)];
  if (isMidnight(first)) return first;
  if (isMidnight(last)) return last;
  // Midnight does not exist: clocks go from before it to after it at the instant that both offsets name.
  return before;
}

const DAY = 86_400_000;
