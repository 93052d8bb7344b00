/** How the built-in shell, which works on text, carries bytes that are no UTF-8: each one above 127 as a lone surrogate. */
import { isUtf8 } from 'node:buffer';

/** Byte 0x80 is U+DC80: no text that is well-formed has one alone. */
const FIRST_ESCAPED = 0xdc00;

export function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  return buffer
    .toString('latin1')
    .replaceAll(/[\u0080-\u00ff]/g, (char) => String.fromCharCode(FIRST_ESCAPED + char.charCodeAt(0)));
}

export function bytesOf(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  const parts = text.split(/([\udc80-\udcff]+)/u);
  // latin1 keeps the low byte of each.
  return Buffer.concat(parts.map((part, index) => Buffer.from(part, index % 2 === 1 ? 'latin1' : 'utf8')));
}
