/**
 * One quick pass over JSON bytes for what JSON.parse does not tell: how many object keys there are (fewer in the parsed value
 * mean duplicates), and whether anything is there that must be read from the source text.
 */
export interface JsonScan {
  /** Colons outside strings. */
  readonly keys: number;
  /** There is a number with a fraction or an exponent: 1.0 is no integer in Go, and a number to JavaScript as any. */
  readonly fractions: boolean;
  /** There is an escaped surrogate: alone, Go reads it as U+FFFD. */
  readonly surrogates: boolean;
  readonly depth: number;
  readonly ascii: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The bytes need not be valid JSON; the result is then of no use but the depth. */
export function scanJson(bytes: Uint8Array): JsonScan {
  const length = bytes.length;
  let keys = 0;
  let depth = 0;
  let deepest = 0;
  let fractions = false;
  let surrogates = false;
  let bits = 0;
  let previous = 0;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at] as number;
    switch (byte) {
      case QUOTE: {
        let inner = bytes[++at] as number;
        while (inner !== QUOTE && at < length) {
          bits |= inner;
          if (inner === BACKSLASH) {
            inner = bytes[++at] as number;
            // \ud8… to \udf…: half of a pair, which JSON.parse would keep alone.
            if (inner === 0x75 && ((bytes[at + 1] as number) | 0x20) === 0x64) surrogates = true;
          }
          inner = bytes[++at] as number;
        }
        break;
      }
      case 0x3a: // :
        keys++;
        break;
      case 0x7b: // {
      case 0x5b: // [
        if (++depth > deepest) deepest = depth;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth--;
        break;
      case 0x2e: // .
      case 0x45: // E
        fractions = true;
        break;
      case 0x65: // e, but not of true and false
        if (previous >= 0x30 && previous <= 0x39) fractions = true;
        break;
      default:
        bits |= byte;
    }
    previous = byte;
  }
  return { keys, fractions, surrogates, depth: deepest, ascii: bits < 0x80 };
}
