/**
 * The CRC-32 of two byte strings behind one another, from the CRCs of each: polynomials over GF(2), modulo CRC-32's own.
 * Bit 31 of a number is the coefficient of x^0, as in CRC-32's usual reflected form (RFC 1952, section 8).
 */
const POLYNOMIAL = 0xedb88320;
const ONE = 0x80000000;

function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) product ^= shifted;
    shifted = shifted & 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product >>> 0;
}

/** x^(2^n), by squaring. */
const powers: number[] = [ONE >>> 1];
for (let n = 1; n < 64; n++) powers.push(multiply(powers[n - 1] as number, powers[n - 1] as number));

/** What a CRC is multiplied by when `bytes` further bytes follow: x^(8·bytes). */
export function crc32Shift(bytes: number): number {
  let shift = ONE;
  let rest = bytes;
  for (let n = 3; rest > 0; n++) {
    if (rest % 2 === 1) shift = multiply(powers[n] as number, shift);
    rest = Math.floor(rest / 2);
  }
  return shift;
}

/** @param shift crc32Shift of the second string's length */
export function crc32Combine(first: number, second: number, shift: number): number {
  return (multiply(shift, first) ^ second) >>> 0;
}
