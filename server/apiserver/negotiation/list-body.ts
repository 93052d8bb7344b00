/** A JSON list of cached objects on its way out: head, the items' bytes behind one another, end. Nothing is parsed. */
import type { CachedObject } from '../cacher/interface.ts';
import { type DeflatedSegments, deflateSegment } from './gzip/deflated-segments.ts';
import { gzipStream } from './gzip/gzip-stream.ts';
import type { CompressibleBody } from './write-response.ts';

const END = Buffer.from(']}\n');

export class ListBody implements CompressibleBody {
  readonly length: number;
  readonly #head: Buffer;
  readonly #items: readonly CachedObject[];
  readonly #segments: DeflatedSegments;

  /** @param head up to and with the bracket that opens the items */
  constructor(head: string, items: readonly CachedObject[], segments: DeflatedSegments) {
    // The first item goes with the head: it is the one whose comma is left out.
    const [first, ...rest] = items;
    this.#head = first === undefined ? Buffer.from(head) : Buffer.concat([Buffer.from(head), first.bytes.subarray(1)]);
    this.#items = rest;
    this.#segments = segments;
    let length = this.#head.length + END.length;
    for (const { bytes } of rest) length += bytes.length;
    this.length = length;
  }

  bytes(): Buffer {
    const out = Buffer.allocUnsafeSlow(this.length);
    let end = this.#head.copy(out);
    for (const { bytes } of this.#items) {
      out.set(bytes, end);
      end += bytes.length;
    }
    END.copy(out, end);
    return out;
  }

  async gzip(): Promise<Buffer> {
    const [head, items, end] = await Promise.all([
      deflateSegment(this.#head),
      this.#segments.of(this.#items),
      deflateSegment(END),
    ]);
    return gzipStream([head, ...items, end]);
  }
}
