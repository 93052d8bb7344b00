/** One gzip member (RFC 1952) out of segments that were deflated each on its own. */
import { crc32Combine } from './crc32-combine.ts';
import type { Segment } from './deflated-segments.ts';

/** Deflate, no name, no time, fastest, unknown system. */
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 0xff]);
/** A last block with nothing in it. */
const lastBlock = Buffer.from([3, 0]);

export function gzipStream(segments: readonly Segment[]): Buffer {
  let crc = 0;
  let length = 0;
  const parts: Buffer[] = [header];
  for (const segment of segments) {
    crc = crc32Combine(crc, segment.crc, segment.shift);
    length += segment.length;
    parts.push(segment.deflated);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc);
  trailer.writeUInt32LE(length % 2 ** 32, 4);
  return Buffer.concat([...parts, lastBlock, trailer]);
}
