/** The storage seam on PostgreSQL 14 to 18: any number of servers on one database. */
import { createHash, randomBytes } from 'node:crypto';
import type { Client, ClientConfig } from 'pg';
import { systemClock } from '../clock.ts';
import { CompactionSchedule, DEFAULT_COMPACTION_INTERVAL_MS } from '../compaction-schedule.ts';
import { FutureRevision, StorageError, Unavailable } from '../errors.ts';
import type { Commit, KeyRange, KeyValue, ListOptions, Storage, StorageStatus, WatchSink } from '../interface.ts';
import { checkStorable } from '../limits.ts';
import { clientConfig } from './client-config.ts';
import { coalesce } from './coalesce.ts';
import { toStorageError } from './database-error.ts';
import { dropHistory } from './drop-history.ts';
import { Feed } from './feed.ts';
import { type Head, parseHead } from './head.ts';
import { type LogRange, logRangeParameters, parseLogChunk } from './log-chunk.ts';
import * as limits from './options.ts';
import type { PostgresStorageOptions } from './options.ts';
import { PersistentConnection } from './persistent-connection.ts';
import { ReadPool } from './read-pool.ts';
import { Reader } from './reader.ts';
import { prepareDatabase } from './prepare-database.ts';
import { createStatements, type Parameter, type Row, type Statement, StatementRunner } from './statements.ts';
import { WakeUp } from './wake-up.ts';
import { Writer } from './writer.ts';

/** @throws Unavailable when the database cannot be reached in time, StorageError when it cannot serve as a store */
export async function createPostgresStorage(options: PostgresStorageOptions): Promise<Storage> {
  options.signal?.throwIfAborted();
  const storage = new PostgresStorage(options, await clientConfig(options));
  try {
    await storage.open();
  } catch (error) {
    await storage.close();
    throw toStorageError(error);
  }
  options.signal?.addEventListener('abort', () => void storage.close(), { once: true });
  return storage;
}

/** What exists once the database has been seen. */
interface Parts {
  readonly feed: Feed;
  readonly writer: Writer;
  readonly compaction: CompactionSchedule;
}

class PostgresStorage implements Storage {
  readonly #options: PostgresStorageOptions;
  readonly #schema: string;
  readonly #clock;
  readonly #onEvent: limits.OnEvent;
  readonly #runner = new StatementRunner();
  readonly #statements;
  readonly #writeConnection: PersistentConnection;
  /** Undefined for a sole writer, whose feed only ever reads what it has missed itself. */
  readonly #feedConnection: PersistentConnection | undefined;
  readonly #pool: ReadPool;
  readonly #reader: Reader;
  readonly #wakeUp: WakeUp | undefined;
  readonly #readHead = coalesce(() => this.#queryHead());
  #parts: Parts | undefined;
  #head: Head = { epoch: 0, compactedRevision: 0, revision: 0 };
  #clusterId: string | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: PostgresStorageOptions, config: ClientConfig) {
    this.#options = options;
    this.#schema = options.schema ?? 'portico';
    this.#clock = options.clock ?? systemClock;
    this.#onEvent = options.onEvent ?? (() => {});
    this.#statements = createStatements(this.#schema);
    const grace = options.reconnectGrace ?? limits.RECONNECT_GRACE_MS;
    const shared = { config, runner: this.#runner, clock: this.#clock, onEvent: this.#onEvent };
    const self = randomBytes(6).toString('hex');
    // A channel's name is shorter than a schema's may be.
    const channel = `portico_${createHash('sha256').update(this.#schema).digest('hex').slice(0, 16)}`;
    this.#writeConnection = new PersistentConnection({
      ...shared,
      grace,
      name: 'writes',
      onOpen: (client) => this.#onWriteConnection(client, channel, self),
      onUp: () => void this.#parts?.feed.wake(),
      onDown: (error) => this.#parts?.writer.failQueue(error),
    });
    this.#pool = new ReadPool({
      ...shared,
      grace,
      connections: options.readConnections ?? limits.DEFAULT_READ_CONNECTIONS,
      down: () => this.#writeConnection.down,
      settled: () => this.#writeConnection.settled(),
    });
    this.#reader = new Reader({
      pool: this.#pool,
      statements: this.#statements,
      noteRevision: (revision) => this.#parts?.feed.noteRevision(revision),
    });
    if (options.soleWriter !== true) {
      const wakeUp = new WakeUp({
        channel,
        self,
        clock: this.#clock,
        notify: async (payload) => void (await this.#pool.run(this.#statements.notify, [channel, payload])),
        onEvent: this.#onEvent,
      });
      this.#wakeUp = wakeUp;
      this.#feedConnection = new PersistentConnection({
        ...shared,
        grace,
        name: 'feed',
        onOpen: (client) => this.#onFeedConnection(client, wakeUp),
        onUp: () => void this.#parts?.feed.wake(),
      });
    }
  }

  /** Tries until startTimeout, since the database may be starting too. */
  async open(): Promise<void> {
    const deadline = this.#clock.monotonic() + (this.#options.startTimeout ?? limits.DEFAULT_START_TIMEOUT_MS);
    for (;;) {
      try {
        await Promise.all([this.#writeConnection.open(), this.#feedConnection?.open()]);
        break;
      } catch (error) {
        const passing = toStorageError(error) instanceof Unavailable;
        if (!passing || this.#clock.monotonic() > deadline || this.#closing !== undefined) {
          throw error;
        }
        await this.#pause();
      }
    }
    if (this.#parts !== undefined) {
      this.#wakeUp?.start(this.#parts.feed);
    }
  }

  async get(key: string): Promise<KeyValue | undefined> {
    return this.#reader.get(key);
  }

  async list(prefix: string, options: ListOptions = {}): Promise<KeyRange> {
    return this.#reader.list(prefix, options);
  }

  async create(key: string, value: Uint8Array): Promise<Commit> {
    checkStorable(key, value);
    return { revision: await this.#open.writer.write({ type: 'put', key, value, expectedRevision: 0 }) };
  }

  async update(key: string, value: Uint8Array, expectedRevision: number): Promise<Commit> {
    checkStorable(key, value);
    return { revision: await this.#open.writer.write({ type: 'put', key, value, expectedRevision }) };
  }

  async delete(key: string, expectedRevision: number, lastValue?: Uint8Array): Promise<Commit> {
    checkStorable(key, lastValue);
    return { revision: await this.#open.writer.write({ type: 'delete', key, value: lastValue, expectedRevision }) };
  }

  async watch(prefix: string, afterRevision: number, sink: WatchSink, signal: AbortSignal): Promise<void> {
    await this.#open.feed.watch(prefix, afterRevision, sink, signal);
  }

  async currentRevision(): Promise<number> {
    const known = this.#options.soleWriter === true ? this.#open.writer.revision : undefined;
    return known ?? (await this.#readHead()).revision;
  }

  async compact(revision: number): Promise<void> {
    void this.#open;
    const [row] = await this.#pool.run(this.#statements.compact, [revision]);
    const [compactedRevision, newest] = (row ?? []).map(Number);
    if (compactedRevision === undefined || newest === undefined) {
      throw new StorageError('the store has no head');
    }
    if (revision > newest) {
      throw new FutureRevision(newest);
    }
    this.#head = { ...this.#head, compactedRevision };
    await dropHistory({ pool: this.#pool, statements: this.#statements, onEvent: this.#onEvent });
  }

  status(): StorageStatus {
    const down = this.#writeConnection.down ?? this.#feedConnection?.down;
    return {
      available: down === undefined,
      message: down?.message ?? 'ok',
      compactedRevision: this.#head.compactedRevision,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#wakeUp?.close();
    this.#parts?.compaction.close();
    await this.#parts?.writer.close();
    this.#parts?.feed.close();
    await Promise.all([this.#writeConnection.close(), this.#feedConnection?.close(), this.#pool.close()]);
  }

  get #open(): Parts {
    if (this.#parts === undefined || this.#closing !== undefined) {
      throw new Unavailable('storage is closed');
    }
    return this.#parts;
  }

  async #onWriteConnection(client: Client, channel: string, self: string): Promise<void> {
    if (this.#parts !== undefined) {
      this.#parts.writer.noteRevision((await this.#checkStore(client, this.#parts.feed)).revision);
      return;
    }
    await prepareDatabase(client, this.#schema, this.#onEvent);
    const [head, clusterId] = await this.#queryStore(client);
    this.#head = head;
    this.#clusterId = clusterId;
    this.#parts = this.#createParts(head, channel, self);
  }

  async #onFeedConnection(client: Client, wakeUp: WakeUp): Promise<void> {
    if (this.#parts !== undefined) {
      await this.#checkStore(client, this.#parts.feed);
    }
    await wakeUp.attach(client);
  }

  async #queryStore(client: Client): Promise<[head: Head, clusterId: string]> {
    const [row] = await this.#runner.run(client, this.#statements.head, []);
    if (row === undefined) {
      throw new StorageError(`schema ${this.#schema} holds no store`);
    }
    return [parseHead(row), row[3] ?? ''];
  }

  /**
   * Behind a connection that was lost and came back there may be another database. Notices a restored backup even if nobody
   * has told of it: the write that was delivered last must still be there.
   */
  async #checkStore(client: Client, feed: Feed): Promise<Head> {
    const { position, batchAtPosition } = feed;
    const [head, clusterId] = await this.#queryStore(client);
    if (clusterId !== this.#clusterId) {
      this.#clusterId = clusterId;
      feed.restart(head, 'another store has taken the place of the one before');
    } else if (batchAtPosition !== undefined) {
      const [row] = await this.#runner.run(client, this.#statements.batchAt, [position]);
      if (row !== undefined && row[0] !== batchAtPosition) {
        feed.restart(head, 'the store holds another write at a revision that has been delivered');
      }
    }
    return head;
  }

  #createParts(head: Head, channel: string, self: string): Parts {
    const { soleWriter, batchWrites, compactionInterval, reconnectGrace } = this.#options;
    const feedConnection = this.#feedConnection;
    const readPool = (statement: Statement, parameters: Parameter[]) => this.#pool.run(statement, parameters);
    const readTail =
      feedConnection === undefined
        ? readPool
        : (statement: Statement, parameters: Parameter[]) =>
            feedConnection.run(statement, parameters, limits.READ_TIMEOUT_MS);
    const reading =
      (run: (statement: Statement, parameters: Parameter[]) => Promise<Row[]>) => async (range: LogRange) =>
        parseLogChunk(await run(this.#statements.logRange, logRangeParameters(range)), range);
    const feed = new Feed(head, {
      readLog: reading(readTail),
      readHistory: reading(readPool),
      pause: () => this.#pause(),
      onEvent: this.#onEvent,
    });
    const writer = new Writer({
      connection: this.#writeConnection,
      statements: this.#statements,
      feed,
      batchWrites: batchWrites ?? limits.DEFAULT_BATCH_WRITES,
      channel,
      wake: soleWriter === true ? null : self,
      revision: head.revision,
      resolveTimeout: Math.max(limits.RESOLVE_TIMEOUT_MS, reconnectGrace ?? 0),
      clock: this.#clock,
      onEvent: this.#onEvent,
    });
    const compaction = new CompactionSchedule({
      clock: this.#clock,
      onEvent: this.#onEvent,
      interval: compactionInterval ?? DEFAULT_COMPACTION_INTERVAL_MS,
      currentRevision: () => this.currentRevision(),
      compact: (revision) => this.compact(revision),
    });
    return { feed, writer, compaction };
  }

  async #queryHead(): Promise<Head> {
    const { feed } = this.#open;
    const [row] = await this.#runBesideLists(this.#statements.head);
    this.#head = parseHead(row ?? []);
    feed.noteRevision(this.#head.revision);
    return this.#head;
  }

  /** The feed's connection is never busy for long; while it is away, any will do. */
  async #runBesideLists(statement: Statement): Promise<Row[]> {
    try {
      return await (this.#feedConnection?.run(statement, [], limits.READ_TIMEOUT_MS) ?? this.#pool.run(statement, []));
    } catch (error) {
      if (this.#feedConnection === undefined || !(toStorageError(error) instanceof Unavailable)) {
        throw toStorageError(error);
      }
      return this.#pool.run(statement, []);
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#clock.after(limits.RECONNECT_MIN_MS * 4, resolve));
  }
}
