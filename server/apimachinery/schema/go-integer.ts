/** Whole numbers in texts, as Go's strconv reads them. */
import { goQuote } from '../errors/field-error.ts';

/** The number, or what strconv.ParseInt says of a text that is none in 64 bits. */
export function parseGoInt(text: string): bigint | string {
  if (!/^[+-]?[0-9]+$/.test(text)) return `strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`;
  const number = BigInt(text);
  return BigInt.asIntN(64, number) === number
    ? number
    : `strconv.ParseInt: parsing ${goQuote(text)}: value out of range`;
}
