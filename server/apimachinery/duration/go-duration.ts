/** Durations as Go writes and reads them ("1h2m3.5s", "300ms"): flags, metav1.Duration. Values are nanoseconds. */

/** A text that is not a duration; the message is Go's. */
export class DurationError extends Error {
  override name = 'DurationError';
}

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;
const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
const LIMIT = 2n ** 63n;
const INT64_DIGITS = 19;

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['μs', 1000n],
  ['ms', NANOSECONDS_PER_MILLISECOND],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
]);

/** Nanoseconds; throws DurationError. */
export function parseGoDuration(text: string): bigint {
  const unsigned = text.replace(/^[+-]/, '');
  if (unsigned === '0') return 0n;
  if (unsigned === '') throw invalidDuration(text);
  let total = 0n;
  for (let position = 0; position < unsigned.length; ) {
    const part = /([0-9]*)(?:\.([0-9]*))?([^.0-9]*)/y;
    part.lastIndex = position;
    const [matched = '', whole = '', fraction = '', unit = ''] = part.exec(unsigned) ?? [];
    if (whole === '' && fraction === '') throw invalidDuration(text);
    if (significantDigits(whole) > INT64_DIGITS || BigInt(whole) > LIMIT) throw invalidDuration(text);
    if (unit === '') throw new DurationError(`time: missing unit in duration ${quote(text)}`);
    const scale = UNITS.get(unit);
    if (scale === undefined) throw new DurationError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
    total += BigInt(whole) * scale + fractionOf(fraction, scale);
    if (total > LIMIT) throw invalidDuration(text);
    position += matched.length;
  }
  if (text.startsWith('-')) return -total;
  if (total === LIMIT) throw invalidDuration(text);
  return total;
}

/** Whole milliseconds, rounded down; throws DurationError. */
export function parseGoDurationMilliseconds(text: string): number {
  return Number(parseGoDuration(text) / NANOSECONDS_PER_MILLISECOND);
}

/** "0s", "1.5ms", "72h3m0.5s": the largest unit is the hour, and every smaller one is written. */
export function formatGoDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  if (nanoseconds < 0n) return `-${formatGoDuration(-nanoseconds)}`;
  if (nanoseconds < 1000n) return `${nanoseconds}ns`;
  if (nanoseconds < NANOSECONDS_PER_MILLISECOND) return `${decimal(nanoseconds, 3)}µs`;
  if (nanoseconds < SECOND) return `${decimal(nanoseconds, 6)}ms`;
  const seconds = `${decimal(nanoseconds % MINUTE, 9)}s`;
  if (nanoseconds < MINUTE) return seconds;
  const minutes = `${(nanoseconds % HOUR) / MINUTE}m${seconds}`;
  return nanoseconds < HOUR ? minutes : `${nanoseconds / HOUR}h${minutes}`;
}

/** The form in which upstream gives a duration back: "90s" → "1m30s"; throws DurationError. */
export function canonicalGoDuration(text: string): string {
  return formatGoDuration(parseGoDuration(text));
}

function significantDigits(digits: string): number {
  return digits.length - (/^0*/.exec(digits)?.[0].length ?? 0);
}

/** In floating point, as Go has it: a third of an hour written with many digits is 20 minutes. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let count = 0;
  for (; count < digits.length; count++) {
    const next = value * 10n + BigInt(digits.charAt(count));
    if (next > LIMIT) break;
    value = next;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / 10 ** count)));
}

function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  const whole = digits.slice(0, -places);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

function invalidDuration(text: string): DurationError {
  return new DurationError(`time: invalid duration ${quote(text)}`);
}

/** The time package quotes in its own way: every byte beyond printable ASCII as \x. */
function quote(text: string): string {
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    .replace(/[^\x20-\x7f]+/g, (run) =>
      [...Buffer.from(run)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    );
  return `"${escaped}"`;
}
