/** Keys are ordered by their UTF-8 bytes, as PostgreSQL's collation "C" does; JavaScript orders by UTF-16 units. */
import { AFTER_ALL_KEYS } from './limits.ts';

/** Byte order of the UTF-8 forms, without making them. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      return codePointRank(x) - codePointRank(y);
    }
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above U+FFFF, so they go after the rest of the units. */
function codePointRank(unit: number): number {
  return unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** The first string after every key that starts with `prefix`. */
export function prefixEnd(prefix: string): string {
  const codePoints = Array.from(prefix);
  for (let last = codePoints.pop(); last !== undefined; last = codePoints.pop()) {
    const next = (last.codePointAt(0) ?? 0) + 1;
    if (next <= 0x10ffff) {
      return codePoints.join('') + String.fromCodePoint(next >= 0xd800 && next < 0xe000 ? 0xe000 : next);
    }
  }
  return AFTER_ALL_KEYS;
}

/**
 * A string from outside as a bound between keys: what follows a NUL cannot matter, since no key holds one, and a lone
 * surrogate has no UTF-8 form.
 */
export function asBound(text: string): string {
  const nul = text.indexOf('\0');
  return (nul === -1 ? text : text.slice(0, nul)).toWellFormed();
}

/** True if a key may start with it. */
export function isPossiblePrefix(prefix: string): boolean {
  return prefix.isWellFormed() && !prefix.includes('\0') && !prefix.includes(AFTER_ALL_KEYS);
}
