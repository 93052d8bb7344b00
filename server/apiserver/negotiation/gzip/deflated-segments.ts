/**
 * Runs of list items, deflated once and kept: a list that is asked for again is put together from them, and after a change
 * only the runs that it touched are deflated anew. Where a run ends follows from the items themselves, so that pages,
 * namespaces and the whole list share what they have in common.
 */
import { constants, crc32, deflateRaw } from 'node:zlib';
import type { CachedObject } from '../../cacher/interface.ts';
import { crc32Shift } from './crc32-combine.ts';

/** Bytes of a gzip stream: whole deflate blocks, none of them the last, that refer to nothing before them. */
export interface Segment {
  readonly deflated: Buffer;
  readonly crc: number;
  /** crc32Shift of `length`. */
  readonly shift: number;
  /** Before compression. */
  readonly length: number;
}

/** Bytes of deflated runs that are kept; the longest unused go. */
export const DEFLATED_BYTES = 32 * 1024 * 1024;
/** A run ends after an object whose revision is a multiple of this: as many items on average. */
const RUN_ITEMS = 32;
/** Items and bytes of the longest run. */
const RUN_MAX_ITEMS = 128;
const RUN_MAX_BYTES = 1024 * 1024;
/** Runs deflated at a time: as many as Node has threads for it. Each holds a quarter of a MiB of zlib's state and a copy of its items. */
const DEFLATING = 4;

interface Kept {
  readonly revisions: readonly number[];
  readonly segment: Promise<Segment>;
  /** Bytes, once it is made. */
  size: number;
}

export class DeflatedSegments {
  /** By first and last revision and count; the longest unused first. */
  readonly #kept = new Map<string, Kept>();
  readonly #maxBytes: number;
  #bytes = 0;
  #deflating = 0;
  readonly #waiting: Array<() => void> = [];

  constructor(maxBytes = DEFLATED_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Deflated bytes kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The items' bytes behind one another. */
  async of(items: readonly CachedObject[]): Promise<Segment[]> {
    const pending: Promise<Segment>[] = [];
    for (let at = 0; at < items.length; ) {
      const end = endOfRun(items, at);
      pending.push(this.#segment(items.slice(at, end)));
      at = end;
    }
    return Promise.all(pending);
  }

  #segment(run: readonly CachedObject[]): Promise<Segment> {
    // No two versions of objects have one revision.
    const key = `${run[0]?.revision} ${run.at(-1)?.revision} ${run.length}`;
    const known = this.#kept.get(key);
    if (known !== undefined && run.every(({ revision }, index) => known.revisions[index] === revision)) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.segment;
    }
    const segment = this.#deflate(run);
    const kept: Kept = { revisions: run.map(({ revision }) => revision), segment, size: 0 };
    if (known !== undefined) this.#drop(key, known);
    this.#kept.set(key, kept);
    void segment.then(
      ({ deflated }) => this.#keep(key, kept, deflated.length),
      () => this.#drop(key, kept),
    );
    return segment;
  }

  async #deflate(run: readonly CachedObject[]): Promise<Segment> {
    if (this.#deflating === DEFLATING) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#deflating++;
    try {
      return await deflateSegment(Buffer.concat(run.map(({ bytes }) => bytes)));
    } finally {
      // The next one takes this one's place; only the last gives it up.
      const next = this.#waiting.shift();
      if (next === undefined) this.#deflating--;
      else next();
    }
  }

  #keep(key: string, kept: Kept, size: number): void {
    if (this.#kept.get(key) !== kept) return;
    kept.size = size;
    this.#bytes += size;
    for (const [oldest, unused] of this.#kept) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#drop(oldest, unused);
    }
  }

  #drop(key: string, kept: Kept): void {
    if (this.#kept.get(key) !== kept) return;
    this.#kept.delete(key);
    this.#bytes -= kept.size;
  }
}

function endOfRun(items: readonly CachedObject[], start: number): number {
  let bytes = 0;
  for (let at = start; at < items.length; at++) {
    const item = items[at] as CachedObject;
    bytes += item.bytes.length;
    if (item.revision % RUN_ITEMS === 0 || at - start + 1 === RUN_MAX_ITEMS || bytes >= RUN_MAX_BYTES) return at + 1;
  }
  return items.length;
}

export function deflateSegment(bytes: Buffer): Promise<Segment> {
  return new Promise((resolve, reject) => {
    deflateRaw(bytes, { level: constants.Z_BEST_SPEED, finishFlush: constants.Z_SYNC_FLUSH }, (error, deflated) => {
      if (error !== null) reject(error);
      else resolve({ deflated, crc: crc32(bytes), shift: crc32Shift(bytes.length), length: bytes.length });
    });
  });
}
