/** Comparison and sums of quantities, exact, as quota, scheduling and validation need them. */
import { divideRoundingUp, type Quantity, type QuantityFormat } from './quantity.ts';

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
/** A summand that is more than so many powers of ten smaller than the other does not count (it would only cost memory). */
const MAX_EXPONENT_SPREAD = 4096;

export function quantityFrom(amount: bigint | number, format: QuantityFormat, exponent = 0): Quantity {
  return { unscaled: BigInt(amount), exponent, format };
}

export function quantitySign(quantity: Quantity): -1 | 0 | 1 {
  return quantity.unscaled === 0n ? 0 : quantity.unscaled < 0n ? -1 : 1;
}

/** Negative, zero or positive, as for Array.prototype.sort. */
export function compareQuantities(a: Quantity, b: Quantity): -1 | 0 | 1 {
  const signs = quantitySign(a) - quantitySign(b);
  if (signs !== 0) return signs < 0 ? -1 : 1;
  if (a.unscaled === 0n) return 0;
  if (a.exponent !== b.exponent) {
    // Orders of magnitude first: the exponents come from users and may be anything.
    const orders = order(a) - order(b);
    if (orders !== 0) return orders < 0 === a.unscaled > 0n ? -1 : 1;
  }
  const exponent = Math.min(a.exponent, b.exponent);
  const left = unscaledAt(a, exponent);
  const right = unscaledAt(b, exponent);
  return left === right ? 0 : left < right ? -1 : 1;
}

/** The sum keeps the format of `a`, or takes the format of `b` where `a` is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  const format = a.unscaled === 0n ? b.format : a.format;
  if (a.unscaled === 0n) return { unscaled: b.unscaled, exponent: b.exponent, format };
  if (b.unscaled === 0n) return { unscaled: a.unscaled, exponent: a.exponent, format };
  if (Math.abs(a.exponent - b.exponent) > MAX_EXPONENT_SPREAD) {
    const larger = order(a) > order(b) ? a : b;
    return { unscaled: larger.unscaled, exponent: larger.exponent, format };
  }
  const exponent = Math.min(a.exponent, b.exponent);
  return { unscaled: unscaledAt(a, exponent) + unscaledAt(b, exponent), exponent, format };
}

export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return addQuantities(a, { unscaled: -b.unscaled, exponent: b.exponent, format: b.format });
}

/** Whole units, rounded away from zero ("100m" is 1), held in the range of an int64. */
export function quantityValue(quantity: Quantity): bigint {
  return scaledValue(quantity, 0);
}

/** Thousandths, rounded away from zero, held in the range of an int64. */
export function quantityMilliValue(quantity: Quantity): bigint {
  return scaledValue(quantity, -3);
}

/** Exact down to ten to the power `exponent`, rounded away from zero below; of any size. */
export function roundQuantityUp(quantity: Quantity, exponent: number): Quantity {
  if (quantity.exponent >= exponent) return quantity;
  return { unscaled: unscaledRoundedUp(quantity, exponent), exponent, format: quantity.format };
}

/** Upstream keeps amounts of up to so many digits as a scaled int64, longer ones as a decimal. */
const MAX_SCALED_DIGITS = 18;

/**
 * As upstream's Value and MilliValue (`exponent` 0 and -3) read an amount that does not fit an int64: 0, or for a decimal its
 * lowest 64 bits. Divisibility is decided by them.
 */
export function wrappedValue(quantity: Quantity, exponent: 0 | -3): bigint {
  const shift = quantity.exponent - exponent;
  if (shift < 0) return BigInt.asIntN(64, unscaledRoundedUp(quantity, exponent));
  const isScaled = quantity.unscaled.toString().replace('-', '').length <= MAX_SCALED_DIGITS;
  if (isScaled && shift > MAX_SCALED_DIGITS) return 0n;
  const exact = quantity.unscaled * 10n ** BigInt(Math.min(shift, MAX_SCALED_DIGITS));
  const wrapped = BigInt.asIntN(64, exact);
  return wrapped === exact || !isScaled ? wrapped : 0n;
}

export function isWholeNumber(quantity: Quantity): boolean {
  return wrappedValue(quantity, -3) % 1000n === 0n;
}

/** Nearest double: for scores and metrics, never for comparisons. */
export function quantityToNumber(quantity: Quantity): number {
  return Number(`${quantity.unscaled}e${quantity.exponent}`);
}

function scaledValue(quantity: Quantity, exponent: number): bigint {
  const shift = quantity.exponent - exponent;
  if (shift < 0) return clamp(unscaledRoundedUp(quantity, exponent));
  if (quantity.unscaled === 0n) return 0n;
  if (shift > 19) return quantity.unscaled < 0n ? MIN_INT64 : MAX_INT64;
  return clamp(quantity.unscaled * 10n ** BigInt(shift));
}

/** For an exponent above the quantity's own. */
function unscaledRoundedUp(quantity: Quantity, exponent: number): bigint {
  const divisorDigits = exponent - quantity.exponent;
  // No power of ten is computed that is larger than the number: exponents come from users.
  if (divisorDigits > quantity.unscaled.toString().length) return BigInt(quantitySign(quantity));
  return divideRoundingUp(quantity.unscaled, 10n ** BigInt(divisorDigits));
}

function clamp(value: bigint): bigint {
  return value > MAX_INT64 ? MAX_INT64 : value < MIN_INT64 ? MIN_INT64 : value;
}

/** Power of ten just above the magnitude. */
function order(quantity: Quantity): number {
  const digits = quantity.unscaled.toString();
  return digits.length - (digits.startsWith('-') ? 1 : 0) + quantity.exponent;
}

function unscaledAt(quantity: Quantity, exponent: number): bigint {
  const shift = quantity.exponent - exponent;
  return shift === 0 ? quantity.unscaled : quantity.unscaled * 10n ** BigInt(shift);
}
