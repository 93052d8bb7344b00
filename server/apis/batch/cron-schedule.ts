/** Cron schedules: five fields, or a descriptor such as @daily or "@every 1h30m"; problems in the words of upstream's parser. */
import { DurationError, parseGoDuration } from '../../apimachinery/duration/go-duration.ts';
import { timeZoneProblem } from './time-zone.ts';

export class ScheduleError extends Error {
  override name = 'ScheduleError';
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: ReadonlyMap<string, number>;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fieldBounds: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: new Map(months.map((name, index) => [name, index + 1])) },
  { min: 0, max: 6, names: new Map(days.map((name, index) => [name, index])) },
];
const descriptors: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);
const EVERY = '@every ';

/** When something is due: at all times whose parts are in the sets, or again and again after a while. */
export type CronSchedule = CalendarSchedule | { readonly every: number; readonly zone: string | undefined };

export interface CalendarSchedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  /** From 1. */
  readonly months: ReadonlySet<number>;
  /** From 0, Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Days and weekdays have to match both; where both are given, one of them does. */
  readonly needsBoth: boolean;
  /** That the schedule itself names; undefined: none. */
  readonly zone: string | undefined;
}

/** Why the text is no schedule; undefined if it is one. */
export function cronScheduleProblem(schedule: string): string | undefined {
  try {
    parseCronSchedule(schedule);
    return undefined;
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
}

/** `every` in milliseconds. @throws ScheduleError */
export function parseCronSchedule(schedule: string): CronSchedule {
  let text = schedule;
  let zone: string | undefined;
  if (/^(CRON_)?TZ=/.test(text)) {
    const end = text.indexOf(' ');
    const start = text.indexOf('=') + 1;
    if (end < 0) {
      // Upstream's parser runs into Go's own bounds check here, and reports what it says.
      throw new ScheduleError(`invalid schedule format: runtime error: slice bounds out of range [:${end}]`);
    }
    zone = text.slice(start, end);
    const problem = timeZoneProblem(zone);
    if (problem !== undefined) throw new ScheduleError(`provided bad location ${zone}: ${problem}`);
    text = text.slice(end).trim();
  }
  if (!text.startsWith('@')) return { ...parseFields(text), zone };
  const meaning = descriptors.get(text);
  return meaning === undefined ? { every: parseEvery(text), zone } : { ...parseFields(meaning), zone };
}

/** Whole seconds, at least one; in milliseconds. */
function parseEvery(text: string): number {
  if (!text.startsWith(EVERY)) throw new ScheduleError(`unrecognized descriptor: ${text}`);
  try {
    const seconds = Number(parseGoDuration(text.slice(EVERY.length)) / 1_000_000_000n);
    return Math.max(1, seconds) * 1000;
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw new ScheduleError(`failed to parse duration ${text}: ${error.message}`);
  }
}

function parseFields(text: string): Omit<CalendarSchedule, 'zone'> {
  const fields = text.split(/\s+/u).filter((field) => field !== '');
  if (fields.length !== fieldBounds.length) {
    const found = `found ${fields.length}: [${fields.join(' ')}]`;
    throw new ScheduleError(`expected exactly ${fieldBounds.length} fields, ${found}`);
  }
  const isStar: boolean[] = [];
  const [minutes, hours, days, monthsOf, weekdays] = fieldBounds.map((bounds, index) => {
    const ranges = (fields[index] ?? '').split(',').filter((range) => range !== '');
    const parsed = ranges.map((range) => parseRange(range, bounds));
    isStar.push(parsed.some((range) => range.isStar));
    return new Set(parsed.flatMap(({ values }) => values));
  }) as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
  return { minutes, hours, days, months: monthsOf, weekdays, needsBoth: isStar[2] === true || isStar[4] === true };
}

function parseRange(text: string, bounds: Bounds): { values: number[]; isStar: boolean } {
  const [range = '', stepText, moreSteps] = text.split('/');
  const [low = '', high, moreRanges] = range.split('-');
  let start: number;
  let end: number;
  if (low === '*' || low === '?') {
    start = bounds.min;
    end = bounds.max;
  } else {
    start = parseBound(low, bounds);
    if (moreRanges !== undefined) throw new ScheduleError(`too many hyphens: ${text}`);
    end = high === undefined ? start : parseBound(high, bounds);
  }
  if (moreSteps !== undefined) throw new ScheduleError(`too many slashes: ${text}`);
  let step = 1;
  if (stepText !== undefined) {
    step = parseNatural(stepText);
    if (high === undefined) end = bounds.max;
  }
  if (start < bounds.min) {
    throw new ScheduleError(`beginning of range (${start}) below minimum (${bounds.min}): ${text}`);
  }
  if (end > bounds.max) throw new ScheduleError(`end of range (${end}) above maximum (${bounds.max}): ${text}`);
  if (start > end) throw new ScheduleError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new ScheduleError(`step of range should be a positive number: ${text}`);
  const values: number[] = [];
  for (let value = start; value <= end; value += step) values.push(value);
  // With a step it is a choice like any other.
  return { values, isStar: (low === '*' || low === '?') && step === 1 };
}

function parseBound(text: string, { names }: Bounds): number {
  return names?.get(text.toLowerCase()) ?? parseNatural(text);
}

function parseNatural(text: string): number {
  const fail = (why: string): ScheduleError =>
    new ScheduleError(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`);
  if (!/^[+-]?[0-9]+$/.test(text)) throw fail('invalid syntax');
  const number = BigInt(text.replace(/^\+/, ''));
  if (BigInt.asIntN(64, number) !== number) throw fail('value out of range');
  if (number < 0n) throw new ScheduleError(`negative number (${number}) not allowed: ${text}`);
  return Number(number);
}
