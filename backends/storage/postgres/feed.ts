/**
 * The one tail of the log in this process. It stands at a position, the revision up to which every watch has been served,
 * and moves on in two ways: by the process's own batches when they follow without a gap, and by reading the log.
 */
import { Compacted, FutureRevision, Unavailable } from '../errors.ts';
import type { StorageEvent, WatchSink } from '../interface.ts';
import { isPossiblePrefix, prefixEnd } from '../key-order.ts';
import { AFTER_ALL_KEYS } from '../limits.ts';
import type { Head } from './head.ts';
import type { LogChunk, LogRange } from './log-chunk.ts';
import type { OnEvent } from './options.ts';
import { type Watch, WatchHub } from './watch-hub.ts';

export interface FeedOptions {
  /** @throws Unavailable while there is no database. */
  readonly readLog: (range: LogRange) => Promise<LogChunk>;
  /** The same for the history of one watch; may be slow, so it must not be in the way of the tail. */
  readonly readHistory: (range: LogRange) => Promise<LogChunk>;
  /** Resolves when another try may be worthwhile. */
  readonly pause: () => Promise<void>;
  readonly onEvent: OnEvent;
}

interface OwnBatch {
  readonly base: number;
  readonly events: readonly StorageEvent[];
  readonly batch: string;
  readonly delivered: () => void;
}

export class Feed {
  readonly #options: FeedOptions;
  readonly #hub = new WatchHub();
  #position: number;
  /** Of the write at #position, to notice that a restored database holds another one there. */
  #batchAtPosition: string | undefined;
  #epoch: number;
  /** Counts the times that history turned out not to be what had been delivered. */
  #restarts = 0;
  #ownBatches: OwnBatch[] = [];
  #reading: Promise<void> | undefined;
  #readAgain = false;
  #eventsRead = 0;
  #closed = false;

  constructor(start: Head, options: FeedOptions) {
    this.#options = options;
    this.#epoch = start.epoch;
    this.#position = start.revision;
  }

  get position(): number {
    return this.#position;
  }

  get batchAtPosition(): string | undefined {
    return this.#batchAtPosition;
  }

  /**
   * A batch that this process has committed: revisions base + 1, base + 2, … Undefined if the watches have it already, as
   * is usual; else a promise that resolves when they have, or when they cannot get it now.
   */
  ownBatch(base: number, events: readonly StorageEvent[], batch: string): Promise<void> | undefined {
    if (base <= this.#position) {
      this.#deliver(events, batch);
      return undefined;
    }
    return new Promise((delivered) => {
      this.#ownBatches.push({ base, events, batch, delivered });
      void this.wake();
    });
  }

  /** Counts the events that came from the log, not from this process's own batches. */
  get eventsRead(): number {
    return this.#eventsRead;
  }

  /** There may be something new in the log. Resolves when it has been read, or could not be; never rejects. */
  wake(): Promise<void> {
    this.#readAgain = true;
    this.#reading ??= this.#read();
    return this.#reading;
  }

  /** Another part of the process has seen the store at this revision. */
  noteRevision(revision: number): void {
    if (revision > this.#position) {
      void this.wake();
    }
  }

  /** See Storage.watch. @throws Compacted, FutureRevision, Unavailable */
  async watch(prefix: string, afterRevision: number, sink: WatchSink, signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      return;
    }
    const watch: Watch = { prefix, sink, pending: [], over: false };
    const stop = () => this.#hub.remove(watch);
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#catchUp(watch, afterRevision);
    } catch (error) {
      stop();
      signal.removeEventListener('abort', stop);
      throw error;
    }
  }

  /** Ends every watch: what they were told is not, or may not be, what the store now holds. */
  restart(head: Head, reason: string): void {
    this.#options.onEvent({
      level: 'warn',
      message: `all watches end: ${reason} (at ${this.#position}, now ${head.revision}, epoch ${head.epoch})`,
    });
    this.#restarts++;
    this.#position = head.revision;
    this.#batchAtPosition = undefined;
    this.#epoch = head.epoch;
    this.#hub.failAll(new Compacted(head.compactedRevision));
  }

  close(): void {
    this.#closed = true;
    this.#hub.failAll(new Unavailable('storage is closed'));
    this.#releaseOwnBatches();
  }

  async #read(): Promise<void> {
    try {
      while (this.#readAgain && !this.#closed) {
        this.#readAgain = false;
        await this.#readOn();
      }
    } catch (error) {
      // Whoever brings the connection back wakes the feed again.
      this.#options.onEvent({ level: 'debug', message: 'reading the log failed', error });
      this.#readAgain = false;
      this.#releaseOwnBatches();
    } finally {
      this.#reading = undefined;
    }
  }

  /** One read, up to the first own batch that waits for what lies before it. */
  async #readOn(): Promise<void> {
    const after = this.#position;
    const restarts = this.#restarts;
    const upTo = this.#ownBatches[0]?.base ?? Number.MAX_SAFE_INTEGER;
    const {
      head,
      events,
      lastBatch,
      upTo: reached,
    } = await this.#options.readLog({
      after,
      upTo,
      keyFrom: '',
      keyTo: AFTER_ALL_KEYS,
    });
    if (restarts !== this.#restarts) {
      this.#readAgain = true;
      return;
    }
    if (head.epoch !== this.#epoch) {
      this.restart(head, 'the store has a new epoch');
    } else if (head.revision < after) {
      this.restart(head, 'the store went back');
    } else if (events.length !== reached - after) {
      // Revisions have no gaps, so whatever is missing has been compacted before this process could read it.
      this.restart(head, `revisions between ${after} and ${reached} are gone`);
    } else {
      this.#eventsRead += events.length;
      this.#deliver(events, lastBatch);
    }
    this.#deliverOwnBatches();
    if (reached < head.revision || this.#ownBatches.length > 0) {
      this.#readAgain = true;
    }
  }

  #deliverOwnBatches(): void {
    for (let own = this.#ownBatches[0]; own !== undefined && own.base <= this.#position; own = this.#ownBatches[0]) {
      this.#ownBatches.shift();
      this.#deliver(own.events, own.batch);
      own.delivered();
    }
  }

  #releaseOwnBatches(): void {
    const waiting = this.#ownBatches;
    this.#ownBatches = [];
    for (const { delivered } of waiting) {
      delivered();
    }
  }

  /** The log and the process's own batches overlap: what has been delivered is skipped. */
  #deliver(events: readonly StorageEvent[], batch: string | undefined): void {
    const last = events.at(-1);
    if (last === undefined || last.revision <= this.#position) {
      return;
    }
    const known = this.#position - ((events[0]?.revision ?? 0) - 1);
    this.#position = last.revision;
    this.#batchAtPosition = batch;
    this.#hub.dispatch(known > 0 ? events.slice(known) : events, last.revision);
  }

  /** Serves a watch from the log until it is level with the others, and meanwhile keeps what comes in for it. */
  async #catchUp(watch: Watch, afterRevision: number): Promise<void> {
    const { prefix } = watch;
    const keys = isPossiblePrefix(prefix)
      ? { keyFrom: prefix, keyTo: prefixEnd(prefix) }
      : { keyFrom: AFTER_ALL_KEYS, keyTo: AFTER_ALL_KEYS };
    let at = afterRevision;
    let served = false;
    this.#hub.add(watch);
    while (at !== this.#position) {
      // Kept for one read at a time: whatever a read cannot reach, the next one brings anyway.
      watch.pending = [];
      const target = this.#position;
      const { head, events, upTo } = await this.#readHistory(
        { after: at, upTo: Math.max(at, target), ...keys },
        served,
      );
      if (watch.over) {
        return;
      }
      if (at < head.compactedRevision || at > head.revision) {
        const trouble =
          at < head.compactedRevision ? new Compacted(head.compactedRevision) : new FutureRevision(head.revision);
        if (!served) {
          throw trouble;
        }
        this.#hub.fail(watch, trouble);
        return;
      }
      if (at > target) {
        // The store is there already; the feed will be in a moment.
        await this.wake();
        if (at > this.#position) {
          await this.#options.pause();
        }
        continue;
      }
      served = true;
      if (events.length > 0) {
        this.#hub.deliver(watch, { events, upTo });
      }
      at = upTo;
      if (at === target) {
        break;
      }
    }
    const pending = watch.pending ?? [];
    watch.pending = undefined;
    for (const delivery of pending) {
      this.#hub.deliver(watch, delivery);
    }
  }

  /** A watch that has been served outlives a lost connection. */
  async #readHistory(range: LogRange, persistent: boolean): Promise<LogChunk> {
    for (;;) {
      if (this.#closed) {
        throw new Unavailable('storage is closed');
      }
      try {
        return await this.#options.readHistory(range);
      } catch (error) {
        if (!persistent) {
          throw error;
        }
        await this.#options.pause();
      }
    }
  }
}
