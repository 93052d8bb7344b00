/** The storage seam in memory: the oracle that every other implementation is compared with. Nothing survives the process. */
import { type Clock, systemClock } from '../clock.ts';
import { CompactionSchedule } from '../compaction-schedule.ts';
import { Compacted, FutureRevision, KeyExists, KeyNotFound, RevisionConflict, Unavailable } from '../errors.ts';
import type {
  Commit,
  KeyRange,
  KeyValue,
  ListOptions,
  Storage,
  StorageEvent,
  StorageStatus,
  WatchSink,
} from '../interface.ts';
import { asBound, compareKeys } from '../key-order.ts';
import { checkStorable } from '../limits.ts';

export interface MemoryStorageOptions {
  /** The revision of the empty store; 1 unless told. */
  readonly startRevision?: number;
  /** Milliseconds for which history is kept; 0 or unset: for as long as the store lives. */
  readonly compactionInterval?: number;
  readonly clock?: Clock;
}

export function createMemoryStorage(options: MemoryStorageOptions = {}): Storage {
  return new MemoryStorage(options);
}

/** One write as history keeps it: enough to replay it forward (an event) and backward (the state before it). */
interface LogEntry {
  readonly event: StorageEvent;
  readonly before: KeyValue | undefined;
}

interface Watch {
  readonly prefix: string;
  readonly sink: WatchSink;
  readonly stop: () => void;
}

class MemoryStorage implements Storage {
  readonly #current = new Map<string, KeyValue>();
  readonly #watches = new Set<Watch>();
  #log: LogEntry[] = [];
  #revision: number;
  #compacted: number;
  #closed = false;
  readonly #compaction: CompactionSchedule;

  constructor({ startRevision = 1, compactionInterval = 0, clock = systemClock }: MemoryStorageOptions) {
    this.#revision = startRevision;
    this.#compacted = startRevision;
    this.#compaction = new CompactionSchedule({
      clock,
      interval: compactionInterval,
      currentRevision: () => this.currentRevision(),
      compact: (revision) => this.compact(revision),
      onEvent: () => {},
    });
  }

  async get(key: string): Promise<KeyValue | undefined> {
    this.#checkOpen();
    return this.#current.get(key);
  }

  async list(prefix: string, options: ListOptions = {}): Promise<KeyRange> {
    this.#checkOpen();
    const revision = options.revision ?? this.#revision;
    const state = revision === this.#revision ? this.#current : this.#stateAt(revision);
    const startAfter = asBound(options.startAfter ?? '');
    const items = [...state.values()].filter(({ key }) => key.startsWith(prefix) && compareKeys(key, startAfter) > 0);
    items.sort((a, b) => compareKeys(a.key, b.key));
    const more = Boolean(options.limit) && items.length > (options.limit ?? 0);
    return { items: more ? items.slice(0, options.limit) : items, revision, more };
  }

  async create(key: string, value: Uint8Array): Promise<Commit> {
    this.#checkOpen();
    checkStorable(key, value);
    if (this.#current.has(key)) {
      throw new KeyExists(key);
    }
    return this.#commit('put', key, value, undefined);
  }

  async update(key: string, value: Uint8Array, expectedRevision: number): Promise<Commit> {
    this.#checkOpen();
    checkStorable(key, value);
    return this.#commit('put', key, value, this.#expect(key, expectedRevision));
  }

  async delete(key: string, expectedRevision: number, lastValue?: Uint8Array): Promise<Commit> {
    this.#checkOpen();
    checkStorable(key, lastValue);
    const before = this.#expect(key, expectedRevision);
    return this.#commit('delete', key, lastValue ?? before.value, before);
  }

  async watch(prefix: string, afterRevision: number, sink: WatchSink, signal: AbortSignal): Promise<void> {
    this.#checkOpen();
    this.#checkRevision(afterRevision);
    if (signal.aborted) {
      return;
    }
    const stop = () => this.#watches.delete(watch);
    const watch: Watch = { prefix, sink, stop };
    this.#watches.add(watch);
    signal.addEventListener('abort', stop, { once: true });
    const missed = this.#log.map((entry) => entry.event).filter((event) => event.revision > afterRevision);
    if (missed.length > 0) {
      deliver(watch, missed, this.#revision);
    }
  }

  async currentRevision(): Promise<number> {
    this.#checkOpen();
    return this.#revision;
  }

  async compact(revision: number): Promise<void> {
    this.#checkOpen();
    if (revision > this.#revision) {
      throw new FutureRevision(this.#revision);
    }
    if (revision > this.#compacted) {
      this.#compacted = revision;
      this.#log = this.#log.filter((entry) => entry.event.revision > revision);
    }
  }

  status(): StorageStatus {
    return {
      available: !this.#closed,
      message: this.#closed ? 'storage is closed' : 'ok',
      compactedRevision: this.#compacted,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#compaction.close();
    for (const watch of [...this.#watches]) {
      watch.stop();
      watch.sink.error(new Unavailable('storage is closed'));
    }
  }

  #checkOpen(): void {
    if (this.#closed) {
      throw new Unavailable('storage is closed');
    }
  }

  #checkRevision(revision: number): void {
    if (revision < this.#compacted) {
      throw new Compacted(this.#compacted);
    }
    if (revision > this.#revision) {
      throw new FutureRevision(this.#revision);
    }
  }

  #stateAt(revision: number): Map<string, KeyValue> {
    this.#checkRevision(revision);
    const state = new Map(this.#current);
    for (const { event, before } of this.#log.toReversed()) {
      if (event.revision <= revision) {
        break;
      }
      if (before === undefined) {
        state.delete(event.key);
      } else {
        state.set(event.key, before);
      }
    }
    return state;
  }

  #expect(key: string, expectedRevision: number): KeyValue {
    const current = this.#current.get(key);
    if (current === undefined) {
      throw new KeyNotFound(key);
    }
    if (current.revision !== expectedRevision) {
      throw new RevisionConflict(current);
    }
    return current;
  }

  #commit(type: 'put' | 'delete', key: string, value: Uint8Array, before: KeyValue | undefined): Commit {
    const revision = ++this.#revision;
    const event: StorageEvent = { type, key, value, revision, previousRevision: before?.revision ?? 0 };
    if (type === 'put') {
      this.#current.set(key, { key, value, revision });
    } else {
      this.#current.delete(key);
    }
    this.#log.push({ event, before });
    for (const watch of [...this.#watches]) {
      deliver(watch, [event], revision);
    }
    return { revision };
  }
}

/** A sink that throws loses its watch; it must not take the write or the other watches with it. */
function deliver(watch: Watch, events: readonly StorageEvent[], upTo: number): void {
  try {
    watch.sink.events(
      events.filter((event) => event.key.startsWith(watch.prefix)),
      upTo,
    );
  } catch (error) {
    watch.stop();
    watch.sink.error(error instanceof Error ? error : new Error(String(error)));
  }
}
