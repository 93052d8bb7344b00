/** A store whose values are written in ways that depend on their resource, and read back as they were: plain to all that is above. */
import { isUtf8 } from 'node:buffer';
import { RevisionConflict } from '../../../../backends/storage/errors.ts';
import type {
  Commit,
  KeyRange,
  KeyValue,
  ListOptions,
  Storage,
  StorageEvent,
  StorageStatus,
  WatchSink,
} from '../../../../backends/storage/interface.ts';
import type { AtRest } from '../at-rest.ts';
import { identity, isEncrypted } from './identity.ts';
import { TransformationMetrics } from './transformation-metrics.ts';
import { unreadable, UnreadableValues } from './unreadable-values.ts';
import type { Plain, ValueTransformer } from './value-transformer.ts';

/** Of a key; undefined: its value is written as it is. */
export type TransformerOfKey = (key: string) => ValueTransformer | undefined;

export class EncryptedStorage implements Storage, AtRest {
  readonly unreadable = new UnreadableValues();
  readonly metrics = new TransformationMetrics();
  readonly #inner: Storage;
  readonly #watches = new Set<DecryptingSink>();
  #transformerOf: TransformerOfKey | undefined;

  constructor(inner: Storage, transformerOf: TransformerOfKey | undefined) {
    this.#inner = inner;
    this.#transformerOf = transformerOf;
  }

  /** What is written from now on, and what can be read: values that could not be read are read anew. */
  use(transformerOf: TransformerOfKey): void {
    this.#transformerOf = transformerOf;
    if (this.unreadable.size === 0) return;
    for (const watch of this.#watches) watch.error(new Error('the keys of stored values have changed'));
  }

  async isStale(key: string): Promise<boolean> {
    const transformer = this.#transformerOf?.(key);
    if (transformer === undefined) return false;
    const stored = await this.#inner.get(key);
    return stored !== undefined && (await transformer.fromStorage(stored.value, key)).stale;
  }

  async get(key: string): Promise<KeyValue | undefined> {
    const stored = await this.#inner.get(key);
    if (stored === undefined || this.#isPlain(stored)) return stored;
    try {
      return { ...stored, value: (await this.#open(stored)).value };
    } catch (error) {
      throw unreadable(messageOf(error));
    }
  }

  async list(prefix: string, options: ListOptions = {}): Promise<KeyRange> {
    const range = await this.#inner.list(prefix, options);
    // The cacher's load: what cannot be read then is known by name from then on.
    const isLoad = prefix === everything;
    if (isLoad && options.startAfter === undefined) this.unreadable.clear();
    if (range.items.every((item) => this.#isPlain(item))) return range;
    const items: KeyValue[] = [];
    for (const item of range.items) {
      try {
        const opened = this.#open(item);
        items.push({ ...item, value: (opened instanceof Promise ? await opened : opened).value });
      } catch (error) {
        if (!isLoad) throw unreadable(`unable to transform key ${JSON.stringify(item.key)}: ${messageOf(error)}`);
        this.unreadable.add(item.key, messageOf(error));
      }
    }
    return { ...range, items };
  }

  create(key: string, value: Uint8Array): Promise<Commit> {
    return this.#shown(this.#write(key, value, (sealed) => this.#inner.create(key, sealed)));
  }

  update(key: string, value: Uint8Array, expectedRevision: number): Promise<Commit> {
    return this.#shown(this.#write(key, value, (sealed) => this.#inner.update(key, sealed, expectedRevision)));
  }

  delete(key: string, expectedRevision: number, lastValue?: Uint8Array): Promise<Commit> {
    if (lastValue === undefined) return this.#shown(this.#inner.delete(key, expectedRevision));
    return this.#shown(this.#write(key, lastValue, (sealed) => this.#inner.delete(key, expectedRevision, sealed)));
  }

  async watch(prefix: string, afterRevision: number, sink: WatchSink, signal: AbortSignal): Promise<void> {
    const decrypting = new DecryptingSink(sink, {
      signal,
      isPlain: (event) => this.#isPlain(event),
      open: (event) => this.#open(event),
      unreadable: this.unreadable,
    });
    this.#watches.add(decrypting);
    signal.addEventListener('abort', () => this.#watches.delete(decrypting), { once: true });
    await this.#inner.watch(prefix, afterRevision, decrypting, signal);
  }

  currentRevision(): Promise<number> {
    return this.#inner.currentRevision();
  }

  compact(revision: number): Promise<void> {
    return this.#inner.compact(revision);
  }

  status(): StorageStatus {
    return this.#inner.status();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #isPlain({ value }: Pick<KeyValue, 'value'>): boolean {
    return !isEncrypted(value);
  }

  #open({ key, value }: Pick<KeyValue, 'key' | 'value'>): Plain | Promise<Plain> {
    const fail = (error: unknown): never => {
      this.metrics.count('from_storage', value, 'Unknown');
      throw error;
    };
    const succeed = (plain: Plain): Plain => {
      this.metrics.count('from_storage', value, 'OK');
      return plain;
    };
    try {
      const opened = (this.#transformerOf?.(key) ?? identity).fromStorage(value, key);
      return opened instanceof Promise ? opened.then(succeed, fail) : succeed(opened);
    } catch (error) {
      return fail(error);
    }
  }

  #write(key: string, value: Uint8Array, write: (sealed: Uint8Array) => Promise<Commit>): Promise<Commit> {
    const transformer = this.#transformerOf?.(key);
    if (transformer === undefined) return write(value);
    // What is no text is refused by the store itself.
    if (!isUtf8(value) || value.includes(0)) return write(value);
    let sealed: Uint8Array;
    try {
      sealed = transformer.toStorage(value, key);
    } catch (error) {
      return Promise.reject(unreadable(messageOf(error)));
    }
    this.metrics.count('to_storage', sealed, 'OK');
    return write(sealed);
  }

  /** A write is shown to this server's watches before it is told; where somebody else is asked for a key, the write waits too. */
  #shown(commit: Promise<Commit>): Promise<Commit> {
    if (this.#transformerOf === undefined) return commit;
    return commit.then(
      async (done) => {
        for (const watch of this.#watches) if (watch.pending !== undefined) await watch.pending;
        return done;
      },
      async (error: unknown) => {
        if (!(error instanceof RevisionConflict)) throw error;
        const { current } = error;
        throw new RevisionConflict({ ...current, value: (await this.#open(current)).value });
      },
    );
  }
}

interface Opening {
  readonly signal: AbortSignal;
  readonly isPlain: (event: StorageEvent) => boolean;
  readonly open: (event: StorageEvent) => Plain | Promise<Plain>;
  readonly unreadable: UnreadableValues;
}

/** Hands events on in their order, at once for as long as nobody else has to be asked for a key. */
class DecryptingSink implements WatchSink {
  readonly #sink: WatchSink;
  readonly #opening: Opening;
  #pending: Promise<void> | undefined;
  #isOver = false;

  constructor(sink: WatchSink, opening: Opening) {
    this.#sink = sink;
    this.#opening = opening;
  }

  /** Resolves when all that came so far is handed on. */
  get pending(): Promise<void> | undefined {
    return this.#pending;
  }

  events(batch: readonly StorageEvent[], upTo: number): void {
    if (this.#pending === undefined && this.#opening.unreadable.size === 0 && batch.every(this.#opening.isPlain)) {
      if (!this.#isOver) this.#sink.events(batch, upTo);
      return;
    }
    const opened = batch.map((event) => this.#open(event));
    if (this.#pending === undefined && opened.every((each) => !(each instanceof Promise))) {
      this.#hand(opened as Array<StorageEvent | Unread>, upTo);
      return;
    }
    const before = this.#pending ?? Promise.resolve();
    const now = before.then(async () => {
      const known: Array<StorageEvent | Unread> = [];
      for (const each of opened) known.push(each instanceof Promise ? await each : each);
      this.#hand(known, upTo);
    });
    const handed = now
      .catch((error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))))
      .then(() => {
        if (this.#pending === handed) this.#pending = undefined;
      });
    this.#pending = handed;
  }

  /** Comes after the events that are still on their way. */
  error(error: Error): void {
    if (this.#pending === undefined) this.#fail(error);
    else void this.#pending.then(() => this.#fail(error));
  }

  #fail(error: Error): void {
    if (this.#isOver || this.#opening.signal.aborted) return;
    this.#isOver = true;
    this.#sink.error(error);
  }

  #open(event: StorageEvent): StorageEvent | Unread | Promise<StorageEvent | Unread> {
    if (this.#opening.isPlain(event)) return event;
    const plain = ({ value }: Plain): StorageEvent => ({ ...event, value });
    const fail = (error: unknown): Unread => ({ event, error });
    try {
      const opened = this.#opening.open(event);
      return opened instanceof Promise ? opened.then(plain, fail) : plain(opened);
    } catch (error) {
      return fail(error);
    }
  }

  #hand(opened: ReadonlyArray<StorageEvent | Unread>, upTo: number): void {
    if (this.#isOver || this.#opening.signal.aborted) return;
    const { unreadable: values } = this.#opening;
    const readable: StorageEvent[] = [];
    for (const each of opened) {
      if (!('event' in each)) {
        values.delete(each.key);
        readable.push(each);
        continue;
      }
      const { key, type } = each.event;
      const isKnown = type === 'put' && values.hasBelow(key.slice(0, key.indexOf('/', everything.length) + 1));
      if (type === 'put') values.add(key, messageOf(each.error));
      else values.delete(key);
      // What was shown of the key is of the past, and nothing newer can be shown: all is read anew, without it.
      if (!isKnown) {
        this.#fail(new Error(messageOf(each.error)));
        return;
      }
    }
    this.#sink.events(readable, upTo);
  }
}

const everything = '/registry/';

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface Unread {
  readonly event: StorageEvent;
  readonly error: unknown;
}
