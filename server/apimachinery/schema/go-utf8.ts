/** UTF-8 as Go decodes it: every single byte that belongs to no character becomes U+FFFD (WHATWG decoders merge some). */
import { isUtf8 } from 'node:buffer';

export function decodeUtf8(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  let text = '';
  let at = 0;
  while (at < buffer.length) {
    const length = sequenceLength(buffer[at] ?? 0);
    const sequence = buffer.subarray(at, at + length);
    if (length > 0 && sequence.length === length && isUtf8(sequence)) {
      text += sequence.toString('utf8');
      at += length;
    } else {
      text += '\uFFFD';
      at += 1;
    }
  }
  return text;
}

/** By the first byte; 0 for one that starts nothing. */
function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}
