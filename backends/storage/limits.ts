/** What fits into any store, so that every implementation takes and refuses the same keys and values. */
import { isUtf8 } from 'node:buffer';
import { InvalidKey, InvalidValue, TooLarge } from './errors.ts';

/** Bytes of UTF-8. A PostgreSQL index entry must fit a third of a page, 2,704 bytes. */
export const MAX_KEY_BYTES = 2048;

/** Bytes. Far above what the API server lets through; keeps one batch far below PostgreSQL's 1 GB message limit. */
export const MAX_VALUE_BYTES = 32 * 1024 * 1024;

/** Highest code point, not a character: no key may hold it, so it closes every range of keys. */
export const AFTER_ALL_KEYS = '\u{10FFFF}';

/** True if a key can exist at all: well-formed Unicode without NUL, not empty, short enough. */
export function isStorableKey(key: string): boolean {
  return (
    key.length > 0 &&
    key.length <= MAX_KEY_BYTES &&
    key.isWellFormed() &&
    !key.includes('\0') &&
    !key.includes(AFTER_ALL_KEYS) &&
    (key.length * 3 <= MAX_KEY_BYTES || Buffer.byteLength(key) <= MAX_KEY_BYTES)
  );
}

/** @throws InvalidKey, TooLarge, InvalidValue when no store may take the write. */
export function checkStorable(key: string, value: Uint8Array | undefined): void {
  if (!isStorableKey(key)) {
    throw new InvalidKey(key);
  }
  if (value === undefined) {
    return;
  }
  if (value.length > MAX_VALUE_BYTES) {
    throw new TooLarge(key, value.length, MAX_VALUE_BYTES);
  }
  if (value.includes(0) || !isUtf8(value)) {
    throw new InvalidValue(key);
  }
}
