/** Cron schedules: five fields, or a descriptor such as @daily or "@every 1h30m"; problems in the words of upstream's parser. */
import { DurationError, parseGoDuration } from '../../apimachinery/duration/go-duration.ts';
import { timeZoneProblem } from './time-zone.ts';

class ScheduleError extends Error {
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
const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];
const EVERY = '@every ';

/** Why the text is no schedule; undefined if it is one. */
export function cronScheduleProblem(schedule: string): string | undefined {
  try {
    checkSchedule(schedule);
    return undefined;
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
}

function checkSchedule(schedule: string): void {
  let text = schedule;
  if (/^(CRON_)?TZ=/.test(text)) {
    const end = text.indexOf(' ');
    const start = text.indexOf('=') + 1;
    if (end < 0) {
      // Upstream's parser runs into Go's own bounds check here, and reports what it says.
      throw new ScheduleError(`invalid schedule format: runtime error: slice bounds out of range [:${end}]`);
    }
    const zone = text.slice(start, end);
    const problem = timeZoneProblem(zone);
    if (problem !== undefined) throw new ScheduleError(`provided bad location ${zone}: ${problem}`);
    text = text.slice(end).trim();
  }
  if (text.startsWith('@')) checkDescriptor(text);
  else checkFields(text);
}

function checkDescriptor(text: string): void {
  if (descriptors.includes(text)) return;
  if (!text.startsWith(EVERY)) throw new ScheduleError(`unrecognized descriptor: ${text}`);
  try {
    parseGoDuration(text.slice(EVERY.length));
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw new ScheduleError(`failed to parse duration ${text}: ${error.message}`);
  }
}

function checkFields(text: string): void {
  const fields = text.split(/\s+/u).filter((field) => field !== '');
  if (fields.length !== fieldBounds.length) {
    const found = `found ${fields.length}: [${fields.join(' ')}]`;
    throw new ScheduleError(`expected exactly ${fieldBounds.length} fields, ${found}`);
  }
  fieldBounds.forEach((bounds, index) => {
    for (const range of (fields[index] ?? '').split(',')) if (range !== '') checkRange(range, bounds);
  });
}

function checkRange(text: string, bounds: Bounds): void {
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
