/** Timestamps and durations: their texts, and the parts of a time in a time zone. */
import { zoneOffset } from '../../clock/zoned-time.ts';
import { parseGoDuration } from '../../duration/go-duration.ts';
import { CelError } from '../cel-error.ts';
import type { FunctionDeclaration, Overload } from '../function-table.ts';
import { DURATION, INT, STRING, TIMESTAMP } from '../cel-type.ts';
import type { CelTimestamp } from '../values.ts';
import { CelDuration } from '../values.ts';

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9})\d*)?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
const SECOND = 1_000_000_000n;
const DAY_MS = 86_400_000;

/** Nanoseconds since the epoch; a date alone is its midnight. @throws CelError */
export function parseTimestamp(text: string): bigint {
  const whole = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text;
  const parts = RFC3339.exec(whole);
  const milliseconds = parts === null ? Number.NaN : Date.parse(`${whole.slice(0, 19).replace('t', 'T')}Z`);
  if (parts === null || Number.isNaN(milliseconds)) throw new CelError(`invalid timestamp ${JSON.stringify(text)}`);
  const [, , , , , , , fraction = '', sign, hours = '0', minutes = '0'] = parts;
  const offset = BigInt((sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60));
  return (BigInt(milliseconds / 1000) - offset) * SECOND + BigInt(fraction.padEnd(9, '0'));
}

export function timestampText({ nanoseconds }: CelTimestamp): string {
  const fraction = ((nanoseconds % SECOND) + SECOND) % SECOND;
  const seconds = (nanoseconds - fraction) / SECOND;
  const base = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const digits = fraction === 0n ? '' : `.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`;
  return `${base}${digits}Z`;
}

export function parseDuration(text: string): CelDuration {
  try {
    return new CelDuration(parseGoDuration(text));
  } catch (error) {
    throw error instanceof CelError ? error : new CelError(`time: invalid duration ${JSON.stringify(text)}`);
  }
}

/** Seconds with a fraction, as durations are written in JSON. */
export function durationText({ nanoseconds }: CelDuration): string {
  const negative = nanoseconds < 0n;
  const size = negative ? -nanoseconds : nanoseconds;
  const fraction = size % SECOND;
  const digits = fraction === 0n ? '' : `.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`;
  return `${negative ? '-' : ''}${size / SECOND}${digits}s`;
}

/** The same moment as a date whose UTC parts are the local ones of the zone. */
function inZone({ nanoseconds }: CelTimestamp, zone: string): Date {
  const milliseconds = Number(nanoseconds / 1_000_000n) - (nanoseconds % 1_000_000n < 0n ? 1 : 0);
  if (zone === 'UTC' || zone === '') return new Date(milliseconds);
  const fixed = /^([+-]?)(\d{1,2}):(\d{2})$/.exec(zone);
  if (fixed !== null) {
    const [, sign, hours = '0', minutes = '0'] = fixed;
    return new Date(milliseconds + (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000);
  }
  try {
    return new Date(milliseconds + zoneOffset(milliseconds, zone));
  } catch {
    throw new CelError(`unknown time zone ${zone}`);
  }
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS);
}

const parts: Readonly<Record<string, (date: Date) => number>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDayOfYear: dayOfYear,
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDate: (date) => date.getUTCDate(),
  getDayOfWeek: (date) => date.getUTCDay(),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

const durationUnits: Readonly<Record<string, bigint>> = {
  getHours: 3600n * SECOND,
  getMinutes: 60n * SECOND,
  getSeconds: SECOND,
  getMilliseconds: 1_000_000n,
};

export const timeFunctions: readonly FunctionDeclaration[] = Object.entries(parts).map(([name, read]) => {
  const at = (timestamp: unknown, zone: string): bigint => BigInt(read(inZone(timestamp as CelTimestamp, zone)));
  const overloads: Overload[] = [
    { isMember: true, args: [TIMESTAMP], result: INT, run: (timestamp) => at(timestamp, 'UTC') },
    { isMember: true, args: [TIMESTAMP, STRING], result: INT, run: (timestamp, zone) => at(timestamp, zone as string) },
  ];
  const unit = Object.hasOwn(durationUnits, name) ? durationUnits[name] : undefined;
  if (unit !== undefined) {
    overloads.push({
      isMember: true,
      args: [DURATION],
      result: INT,
      run: (duration) => {
        const { nanoseconds } = duration as CelDuration;
        return name === 'getMilliseconds' ? (nanoseconds % SECOND) / unit : nanoseconds / unit;
      },
    });
  }
  return { name, overloads };
});
