/** The recent events of one resource: what a watch from an older revision replays, and what older states are rebuilt from. */
import type { CacheEntry } from './cache-entry.ts';
import type { CacherLimits } from './limits.ts';

export interface CacheEvent {
  readonly revision: number;
  /** True: `object` is the last state, at the deletion's revision. */
  readonly deleted: boolean;
  readonly object: CacheEntry;
  readonly previous: CacheEntry | undefined;
  /** Milliseconds of the monotonic clock. */
  readonly time: number;
}

type RingLimits = Pick<CacherLimits, 'ringMinEvents' | 'ringMaxEvents' | 'ringMaxBytes' | 'ringWindow'>;

export class EventRing {
  readonly #limits: RingLimits;
  #events: Array<CacheEvent | undefined> = [];
  /** Slots before it are empty; they are cut off once they are the greater part. */
  #head = 0;
  #bytes = 0;
  #floor: number;

  constructor(floor: number, limits: RingLimits) {
    this.#floor = floor;
    this.#limits = limits;
  }

  /** Every event with a greater revision is here. */
  get floor(): number {
    return this.#floor;
  }

  get size(): number {
    return this.#events.length - this.#head;
  }

  /** Of objects that only these events keep alive. */
  get bytes(): number {
    return this.#bytes;
  }

  push(event: CacheEvent): void {
    this.#events.push(event);
    this.#bytes += weightOf(event);
    this.trim(event.time);
  }

  /** Drops what the limits no longer allow at this time. */
  trim(now: number): void {
    const { ringMinEvents, ringMaxEvents, ringMaxBytes, ringWindow } = this.#limits;
    for (;;) {
      const oldest = this.#events[this.#head];
      if (oldest === undefined) break;
      const { size } = this;
      const old = size > ringMinEvents && oldest.time < now - ringWindow;
      if (!old && size <= ringMaxEvents && this.#bytes <= ringMaxBytes) break;
      this.#events[this.#head++] = undefined;
      this.#bytes -= weightOf(oldest);
      this.#floor = oldest.revision;
    }
    if (this.#head > 1024 && this.#head * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Events with a revision greater than `revision`, oldest first. The ring must not change while they are read. */
  *after(revision: number): Generator<CacheEvent, undefined> {
    for (let at = this.#indexAfter(revision); at < this.#events.length; at++) {
      const event = this.#events[at];
      if (event !== undefined) yield event;
    }
  }

  /** The same, newest first. */
  *backTo(revision: number): Generator<CacheEvent, undefined> {
    const first = this.#indexAfter(revision);
    for (let at = this.#events.length - 1; at >= first; at--) {
      const event = this.#events[at];
      if (event !== undefined) yield event;
    }
  }

  #indexAfter(revision: number): number {
    let low = this.#head;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const event = this.#events[middle];
      if (event !== undefined && event.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** An event's object is the present one, or the next event's previous one and counted there; a deleted one is nobody else's. */
function weightOf(event: CacheEvent): number {
  return (event.previous?.bytes.length ?? 0) + (event.deleted ? event.object.bytes.length : 0);
}
