/** Values of flags, read from their texts. */
import { DurationError, parseGoDurationMilliseconds } from '../apimachinery/duration/go-duration.ts';
import { type RuntimeName, runtimeNames } from './backends.ts';

/** @throws Error that says what a value must be */
function wholeNumber(text: string, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    const bounds = max === Number.MAX_SAFE_INTEGER ? (min === 0 ? '' : ` from ${min}`) : ` from ${min} to ${max}`;
    throw new Error(`expected a whole number${bounds}`);
  }
  return value;
}

/** Seconds, from upstream's way of writing them ("1m0s") or a plain number. */
export function seconds(text: string): number {
  if (/^\d+$/.test(text)) return wholeNumber(text);
  try {
    const value = parseGoDurationMilliseconds(text) / 1000;
    if (value >= 0) return value;
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
  }
  throw new Error('expected a duration such as 90s, 1m30s or a number of seconds');
}

export function trueOrFalse(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new Error('expected true or false');
}

/** Not negative. */
export function decimal(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new Error('expected a number');
}

export function runtimeName(text: string): RuntimeName {
  const name = runtimeNames.find((known) => known === text);
  if (name !== undefined) return name;
  throw new Error(`expected one of ${runtimeNames.join(', ')}`);
}

export const port = (text: string) => wholeNumber(text, { max: 65_535 });
export const count = (text: string) => wholeNumber(text);
