/**
 * Entries in key order, in chunks that are copied on write: a snapshot costs nothing, and a change after it copies one
 * chunk and the list of chunks. Keys are compared as JavaScript strings, which is the store's byte order for all but
 * characters beyond U+FFFF.
 */
import type { CacheEntry } from './cache-entry.ts';

/** Full chunks are split in two; joined neighbours stay below three quarters, so that the next inserts fit. */
const CHUNK_MAX = 512;
const CHUNK_JOIN = 384;
const CHUNK_SMALL = 128;

/** Before which entry: `offset` in chunk `chunk`. */
export interface Position {
  readonly chunk: number;
  readonly offset: number;
}

/** An immutable state of a resource. */
export class SortedView {
  readonly chunks: ReadonlyArray<readonly CacheEntry[]>;
  readonly size: number;

  constructor(chunks: ReadonlyArray<readonly CacheEntry[]>, size: number) {
    this.chunks = chunks;
    this.size = size;
  }

  get(key: string): CacheEntry | undefined {
    const { chunk, offset } = positionOf(this.chunks, key);
    const entry = this.chunks[chunk]?.[offset];
    return entry?.key === key ? entry : undefined;
  }

  /** Before the first entry whose key is `key` or later. */
  position(key: string): Position {
    return positionOf(this.chunks, key);
  }

  /** Entries from `start` to before `end`. */
  count(start: Position, end: Position): number {
    let count = end.offset - start.offset;
    for (let chunk = start.chunk; chunk < end.chunk; chunk++) count += this.chunks[chunk]?.length ?? 0;
    return Math.max(0, count);
  }

  slice(start: Position, end: Position, limit: number): CacheEntry[] {
    const out: CacheEntry[] = [];
    for (let index = start.chunk; index <= end.chunk && out.length < limit; index++) {
      const chunk = this.chunks[index] ?? [];
      const from = index === start.chunk ? start.offset : 0;
      const to = Math.min(index === end.chunk ? end.offset : chunk.length, from + limit - out.length);
      for (const entry of chunk.slice(from, to)) out.push(entry);
    }
    return out;
  }

  *between(start: Position, end: Position): Generator<CacheEntry, undefined> {
    for (let index = start.chunk; index <= end.chunk; index++) {
      const chunk = this.chunks[index] ?? [];
      const last = index === end.chunk ? end.offset : chunk.length;
      for (let offset = index === start.chunk ? start.offset : 0; offset < last; offset++) {
        const entry = chunk[offset];
        if (entry !== undefined) yield entry;
      }
    }
  }
}

/** The present state, changed in place where no snapshot holds it. */
export class SortedEntries {
  #chunks: CacheEntry[][];
  /** Chunks that no snapshot holds; all of them when undefined. */
  #own: Set<CacheEntry[]> | undefined;
  #size: number;
  #view: SortedView | undefined;

  /** @param entries in any order; sorted ones cost no sort. */
  constructor(entries: readonly CacheEntry[] = []) {
    const sorted = isSorted(entries) ? entries : entries.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    this.#chunks = [];
    for (let at = 0; at < sorted.length; at += CHUNK_JOIN) this.#chunks.push(sorted.slice(at, at + CHUNK_JOIN));
    this.#size = sorted.length;
  }

  static of(view: SortedView): SortedEntries {
    const entries = new SortedEntries();
    // The view's arrays are shared, hence never written: an empty set of own chunks sees to it.
    entries.#chunks = [...view.chunks] as CacheEntry[][];
    entries.#own = new Set();
    entries.#size = view.size;
    return entries;
  }

  get size(): number {
    return this.#size;
  }

  /** Read at once and not kept; `snapshot` is for keeping. */
  view(): SortedView {
    return this.#view ?? new SortedView(this.#chunks, this.#size);
  }

  snapshot(): SortedView {
    this.#view ??= new SortedView(this.#chunks, this.#size);
    return this.#view;
  }

  set(entry: CacheEntry): void {
    this.#beforeChange();
    if (this.#chunks.length === 0) this.#put(0, []);
    let { chunk: index, offset } = positionOf(this.#chunks, entry.key);
    if (index === this.#chunks.length) {
      // After all others: at the end of the last chunk.
      index--;
      offset = this.#chunks[index]?.length ?? 0;
    }
    const chunk = this.#writable(index);
    if (chunk[offset]?.key === entry.key) {
      chunk[offset] = entry;
      return;
    }
    chunk.splice(offset, 0, entry);
    this.#size++;
    if (chunk.length >= CHUNK_MAX) this.#split(index, chunk);
  }

  delete(key: string): void {
    const { chunk: index, offset } = positionOf(this.#chunks, key);
    if (this.#chunks[index]?.[offset]?.key !== key) return;
    this.#beforeChange();
    const chunk = this.#writable(index);
    chunk.splice(offset, 1);
    this.#size--;
    if (chunk.length === 0) this.#chunks.splice(index, 1);
    else if (chunk.length < CHUNK_SMALL) this.#join(index, chunk);
  }

  #beforeChange(): void {
    if (this.#view === undefined) return;
    this.#view = undefined;
    this.#chunks = this.#chunks.slice();
    this.#own = new Set();
  }

  #writable(index: number): CacheEntry[] {
    const chunk = this.#chunks[index] ?? [];
    if (this.#own === undefined || this.#own.has(chunk)) return chunk;
    return this.#put(index, chunk.slice());
  }

  #put(index: number, chunk: CacheEntry[]): CacheEntry[] {
    this.#chunks[index] = chunk;
    this.#own?.add(chunk);
    return chunk;
  }

  #split(index: number, chunk: CacheEntry[]): void {
    const second = chunk.splice(CHUNK_MAX / 2);
    this.#chunks.splice(index + 1, 0, second);
    this.#own?.add(second);
  }

  #join(index: number, chunk: CacheEntry[]): void {
    const next = this.#chunks[index + 1];
    if (next === undefined || chunk.length + next.length > CHUNK_JOIN) return;
    for (const entry of next) chunk.push(entry);
    this.#own?.delete(next);
    this.#chunks.splice(index + 1, 1);
  }
}

function isSorted(entries: readonly CacheEntry[]): boolean {
  return entries.every((entry, index) => index === 0 || (entries[index - 1]?.key ?? '') < entry.key);
}

function positionOf(chunks: ReadonlyArray<readonly CacheEntry[]>, key: string): Position {
  // The first chunk whose last entry is not before the key.
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const chunk = chunks[middle];
    const last = chunk?.[chunk.length - 1];
    if (last !== undefined && last.key < key) low = middle + 1;
    else high = middle;
  }
  const chunk = chunks[low];
  if (chunk === undefined) return { chunk: low, offset: 0 };
  let from = 0;
  let to = chunk.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const entry = chunk[middle];
    if (entry !== undefined && entry.key < key) from = middle + 1;
    else to = middle;
  }
  return { chunk: low, offset: from };
}
