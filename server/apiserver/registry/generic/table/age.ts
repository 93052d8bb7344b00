/** Times as cells show them: how long ago, in two or three digits. */
import { humanDuration } from '../../../../apimachinery/duration/human-duration.ts';
import type { JsonValue } from '../../../../apimachinery/json.ts';
import type { RowContext } from '../table-convertor.ts';

const UNKNOWN_AGE = '<unknown>';
/** 0001-01-01T00:00:00Z, upstream's zero time. */
const ZERO_TIME_MS = -62_135_596_800_000;

/** Milliseconds since the epoch; undefined for a time that is absent, zero or not a time. */
export function timeOf(value: JsonValue | undefined): number | undefined {
  if (typeof value !== 'string') return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) || time === ZERO_TIME_MS ? undefined : time;
}

/** "5m", "2d3h", or "<unknown>". */
export function ageOf(value: JsonValue | undefined, context: RowContext): string {
  const time = timeOf(value);
  return time === undefined ? UNKNOWN_AGE : humanDuration(context.now - time);
}
