/**
 * Amounts of resources as the API writes them ("500m", "1Gi", "1e3"): parsed exactly, printed in canonical form.
 * A value is `unscaled` times ten to the power `exponent`; the format is what the text was written in.
 */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export interface Quantity {
  readonly unscaled: bigint;
  /** Power of ten; never below -9 after parsing (smaller parts are rounded away from zero). */
  readonly exponent: number;
  readonly format: QuantityFormat;
  /** The text as it was parsed, where it counts as canonical already (a "1.500" or "+5" then stays as written). */
  readonly text?: string;
}

/** A text that is not a quantity; the message is the one that clients of kube-apiserver know. */
export class QuantityError extends Error {
  override name = 'QuantityError';
}

const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_NUMBER = 'unable to parse numeric part of quantity';
const WRONG_SUFFIX = "unable to parse quantity's suffix";

const MAX_INT64 = 2n ** 63n - 1n;
/** Decimal digits that always fit in an int64: up to here a text may count as canonical. */
const INT64_DIGITS = 18;
const NANO = -9;
/** Powers of ten beyond this are never multiplied out (they come from users). */
const MAX_EXPANDED_EXPONENT = 4096;
const ZERO = 48;
const NINE = 57;
const SUFFIX_LETTERS = 'eEinumkKMGTP';

const decimalSuffixes: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const binarySuffixes: ReadonlyMap<string, number> = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);
const decimalNames = new Map([...decimalSuffixes].map(([suffix, exponent]) => [exponent, suffix]));
const binaryNames = new Map([...binarySuffixes].map(([suffix, exponent]) => [exponent, suffix]));

/** Entries of the cache of canonical forms; texts longer than the key limit are not cached. */
const CANONICAL_CACHE_ENTRIES = 4096;
const CANONICAL_CACHE_KEY_LENGTH = 32;
const canonicalForms = new Map<string, string>();

/** The form in which upstream gives `text` back: "0.5" → "500m", "1024Mi" → "1Gi"; throws QuantityError. */
export function canonicalQuantity(text: string): string {
  const known = canonicalForms.get(text);
  if (known !== undefined) return known;
  const canonical = formatQuantity(parseQuantity(text));
  if (text.length <= CANONICAL_CACHE_KEY_LENGTH) {
    if (canonicalForms.size >= CANONICAL_CACHE_ENTRIES) canonicalForms.clear();
    canonicalForms.set(text, canonical);
  }
  return canonical;
}

/** Parses a quantity exactly; white space around it is ignored as upstream's decoder does. Throws QuantityError. */
export function parseQuantity(text: string): Quantity {
  const source = text.trim();
  const { negative, whole, fraction, suffix } = scan(source);
  const { base, power, format } = interpretSuffix(suffix);
  const digits = (whole === '' ? '0' : whole) + fraction;
  const exponent = (base === 10 ? power : 0) - fraction.length;
  const magnitude = BigInt(digits) * (base === 2 ? 1n << BigInt(power) : 1n);

  if (hasInt64Precision(base, power, whole, fraction) && exponent >= NANO) {
    const unscaled = negative ? -magnitude : magnitude;
    return isCanonical(base, digits, exponent)
      ? { unscaled, exponent, format, text: source }
      : { unscaled, exponent, format };
  }
  if (!/[0-9]/.test(source.slice(0, source.length - suffix.length))) throw new QuantityError(WRONG_NUMBER);
  return roundAndCap(magnitude, exponent, format, negative);
}

interface ScannedQuantity {
  readonly negative: boolean;
  /** Without leading zeros. */
  readonly whole: string;
  readonly fraction: string;
  readonly suffix: string;
}

/** One pass, no regular expression: the text is as long as a request body may be. "-" and "." pass for zero, as upstream. */
function scan(source: string): ScannedQuantity {
  if (source === '') throw new QuantityError(WRONG_FORMAT);
  const negative = source[0] === '-';
  let start = negative || source[0] === '+' ? 1 : 0;
  while (source.charCodeAt(start) === ZERO) start++;
  const wholeEnd = skipDigits(source, start);
  const fractionStart = source[wholeEnd] === '.' ? wholeEnd + 1 : wholeEnd;
  const fractionEnd = fractionStart > wholeEnd ? skipDigits(source, fractionStart) : wholeEnd;
  let end = fractionEnd;
  while (end < source.length && SUFFIX_LETTERS.includes(source.charAt(end))) end++;
  if (source[end] === '-' || source[end] === '+') end++;
  if (skipDigits(source, end) < source.length) throw new QuantityError(WRONG_FORMAT);
  return {
    negative,
    whole: source.slice(start, wholeEnd),
    fraction: source.slice(fractionStart, fractionEnd),
    suffix: source.slice(fractionEnd),
  };
}

function skipDigits(source: string, from: number): number {
  let end = from;
  for (let code = source.charCodeAt(end); code >= ZERO && code <= NINE; code = source.charCodeAt(end)) end++;
  return end;
}

function interpretSuffix(suffix: string): { base: 2 | 10; power: number; format: QuantityFormat } {
  const decimal = decimalSuffixes.get(suffix);
  if (decimal !== undefined) return { base: 10, power: decimal, format: 'DecimalSI' };
  const binary = binarySuffixes.get(suffix);
  if (binary !== undefined) return { base: 2, power: binary, format: 'BinarySI' };
  if (!/^[eE][+-]?[0-9]+$/.test(suffix)) throw new QuantityError(WRONG_SUFFIX);
  const power = BigInt(suffix.slice(1).replace('+', ''));
  if (BigInt.asIntN(64, power) !== power) throw new QuantityError(WRONG_SUFFIX);
  return { base: 10, power: Number(BigInt.asIntN(32, power)), format: 'DecimalExponent' };
}

/** Whether upstream keeps the number in an int64: only then the text as written may survive. */
function hasInt64Precision(base: 2 | 10, power: number, whole: string, fraction: string): boolean {
  const wholeDigits = whole === '' ? 1 : whole.length;
  if (base === 10) return wholeDigits + fraction.length <= INT64_DIGITS;
  return fraction === '' && wholeDigits + Math.trunc((power * 3) / 10) <= 14;
}

function isCanonical(base: 2 | 10, digits: string, exponent: number): boolean {
  if (base === 2) return (Number(digits) & 7) !== 0;
  return exponent % 3 === 0 && !digits.endsWith('000') && digits[0] !== '0';
}

function roundAndCap(magnitude: bigint, scale: number, format: QuantityFormat, negative: boolean): Quantity {
  let unscaled = magnitude;
  let exponent = scale;
  let shown = format;
  if (unscaled !== 0n && exponent < NANO) {
    const excess = NANO - exponent;
    // Rounded up, so that asking for a little never becomes asking for nothing. A number with fewer digits than the
    // excess is one nano: no power of ten of that size is ever computed.
    unscaled = excess > unscaled.toString().length ? 1n : divideRoundingUp(unscaled, 10n ** BigInt(excess));
    exponent = NANO;
  }
  if (format === 'BinarySI') {
    const one = 10n ** BigInt(-exponent);
    if (unscaled > MAX_INT64 * one) {
      unscaled = MAX_INT64;
      exponent = 0;
    } else if (unscaled > 0n && unscaled < one) {
      shown = 'DecimalSI';
    }
  }
  return { unscaled: negative ? -unscaled : unscaled, exponent, format: shown };
}

/** Canonical text: no fraction, the largest suffix that keeps every digit. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.text !== undefined) return quantity.text;
  if (quantity.unscaled === 0n) return '0';
  return (quantity.format === 'BinarySI' ? formatBinary(quantity) : undefined) ?? formatDecimal(quantity);
}

/** Undefined where the amount is not a whole number or below 1024: such amounts are shown as decimals. */
function formatBinary(quantity: Quantity): string | undefined {
  if (quantity.exponent > MAX_EXPANDED_EXPONENT) return undefined;
  let amount = quantity.unscaled;
  if (quantity.exponent < 0) {
    const one = 10n ** BigInt(-quantity.exponent);
    if (amount % one !== 0n) return undefined;
    amount /= one;
  } else if (quantity.exponent > 0) {
    amount *= 10n ** BigInt(quantity.exponent);
  }
  if (amount > -1024n && amount < 1024n) return undefined;
  let power = 0;
  for (; amount % 1024n === 0n; amount /= 1024n) power += 10;
  return `${amount}${binaryNames.get(power) ?? ''}`;
}

function formatDecimal(quantity: Quantity): string {
  const digits = quantity.unscaled.toString();
  const zeros = trailingZeros(digits);
  const exponent = quantity.exponent + zeros;
  const padding = ((exponent % 3) + 3) % 3;
  const mantissa = digits.slice(0, digits.length - zeros) + '0'.repeat(padding);
  const power = exponent - padding;
  if (quantity.format === 'DecimalExponent') return power === 0 ? mantissa : `${mantissa}e${power}`;
  // Upstream writes no suffix at all for powers that have none (1000E becomes 1): so do we.
  return mantissa + (decimalNames.get(power) ?? '');
}

function trailingZeros(digits: string): number {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === ZERO) end--;
  return digits.length - end;
}

/** Rounds away from zero. */
export function divideRoundingUp(amount: bigint, divisor: bigint): bigint {
  const quotient = amount / divisor;
  if (quotient * divisor === amount) return quotient;
  return amount < 0n ? quotient - 1n : quotient + 1n;
}
