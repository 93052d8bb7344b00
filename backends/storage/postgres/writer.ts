/** Group commit: gathers the writes of this process into batches, one in flight, one transaction and one flush each. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { StorageError, Unavailable } from '../errors.ts';
import { type Batch, batchParameters, failureOf, parseBatchResult, takeWrites, type Write } from './batch.ts';
import { failureKind, toStorageError } from './database-error.ts';
import type { Feed } from './feed.ts';
import { type OnEvent, QUEUE_WRITES, WRITE_TIMEOUT_MS } from './options.ts';
import type { PersistentConnection } from './persistent-connection.ts';
import type { Statements } from './statements.ts';

export interface WriterOptions {
  readonly connection: PersistentConnection;
  readonly statements: Statements;
  readonly feed: Feed;
  readonly batchWrites: number;
  readonly channel: string;
  /** Payload of this process's notifications; null when nobody listens. */
  readonly wake: string | null;
  /** The newest revision when the writer starts. */
  readonly revision: number;
  /** Milliseconds that a write whose answer was lost waits for certainty. */
  readonly resolveTimeout: number;
  readonly clock: Clock;
  readonly onEvent: OnEvent;
}

/** How often a batch is sent again after it is certain that it did not happen. */
const BATCH_ATTEMPTS = 4;

export class Writer {
  readonly #options: WriterOptions;
  readonly #queue: Write[] = [];
  #nextBatch = randomBytes(6).readUIntBE(0, 6);
  #running: Promise<void> | undefined;
  /** Newest revision that this process knows to be committed. */
  #revision: number;
  #certain = true;
  #closed = false;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#revision = options.revision;
  }

  /** The newest revision this process has committed, or undefined while it does not know whether its last batch is. */
  get revision(): number | undefined {
    return this.#certain ? this.#revision : undefined;
  }

  /** @throws KeyExists, KeyNotFound, RevisionConflict, Unavailable */
  write(write: Pick<Write, 'type' | 'key' | 'value' | 'expectedRevision'>): Promise<number> {
    return new Promise((resolve, reject) => {
      const refusal = this.#refusal();
      if (refusal !== undefined) {
        reject(refusal);
        return;
      }
      this.#queue.push({ ...write, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** The database is gone for now: what has not been sent fails, certainly without effect. */
  failQueue(error: Unavailable): void {
    for (const write of this.#queue.splice(0)) {
      write.reject(error);
    }
  }

  /** Finishes what has been accepted. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  #refusal(): Unavailable | undefined {
    if (this.#closed) {
      return new Unavailable('storage is closed');
    }
    if (this.#options.connection.down !== undefined) {
      return this.#options.connection.down;
    }
    return this.#queue.length >= QUEUE_WRITES ? new Unavailable(`${QUEUE_WRITES} writes are waiting`) : undefined;
  }

  async #run(): Promise<void> {
    // Writes that are asked for together go together.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const writes = takeWrites(this.#queue, this.#options.batchWrites);
      await this.#commit({ id: String(this.#nextBatch++), writes }, 1);
    }
    this.#running = undefined;
  }

  async #commit(batch: Batch, attempt: number): Promise<void> {
    const { connection, statements, channel, wake } = this.#options;
    try {
      const rows = await connection.run(
        statements.commitBatch,
        batchParameters(batch, channel, wake),
        WRITE_TIMEOUT_MS,
      );
      this.#settle(batch, rows);
    } catch (error) {
      await this.#recover(batch, attempt, error);
    }
  }

  #settle(batch: Batch, rows: Parameters<typeof parseBatchResult>[1]): void {
    const { base, outcomes, events } = parseBatchResult(batch, rows);
    this.#revision = Math.max(this.#revision, base + events.length);
    this.#certain = true;
    const late = this.#options.feed.ownBatch(base, events, batch.id);
    if (late === undefined) {
      answer(batch.writes, outcomes);
    } else {
      // Not awaited: the next batch need not wait for the watches.
      void late.then(() => answer(batch.writes, outcomes));
    }
  }

  async #recover(batch: Batch, attempt: number, error: unknown): Promise<void> {
    if (error instanceof StorageError) {
      rejectAll(batch.writes, error);
      return;
    }
    switch (failureKind(error)) {
      case 'lost':
        await this.#resolveLost(batch, attempt, error);
        return;
      case 'again':
        if (attempt < BATCH_ATTEMPTS) {
          await this.#commit(batch, attempt + 1);
          return;
        }
        break;
      case 'fault':
        // One write is at fault; it must not take the others with it.
        if (batch.writes.length > 1) {
          for (const write of batch.writes) {
            await this.#commit({ id: String(this.#nextBatch++), writes: [write] }, attempt);
          }
          return;
        }
        break;
      case 'refused':
      case 'unprepared':
        break;
    }
    this.#options.onEvent({ level: 'warn', message: `a batch of ${batch.writes.length} writes was refused`, error });
    rejectAll(batch.writes, toStorageError(error));
  }

  /** The answer was lost. The database tells whether the batch is in the log, or promises that it never will be. */
  async #resolveLost(batch: Batch, attempt: number, error: unknown): Promise<void> {
    const { connection, statements, feed, clock, resolveTimeout } = this.#options;
    this.#certain = false;
    const before = this.#revision;
    const deadline = clock.monotonic() + resolveTimeout;
    for (let left = resolveTimeout; left > 0; left = deadline - clock.monotonic()) {
      if (!(await connection.whenOpen(left))) {
        break;
      }
      try {
        const rows = await connection.run(statements.resolveBatch, [batch.id, before], Math.max(left, 1000));
        const committed = new Map(rows.map(([key, revision]) => [key ?? '', Number(revision)]));
        this.#revision = Math.max(this.#revision, ...committed.values());
        this.#certain = true;
        this.#options.onEvent({
          level: 'info',
          message: `a batch of ${batch.writes.length} writes whose answer was lost ${committed.size > 0 ? 'had' : 'had not'} been committed`,
        });
        if (committed.size > 0) {
          feed.noteRevision(this.#revision);
          await this.#answerResolved(batch, committed);
        } else if (attempt < BATCH_ATTEMPTS) {
          // Fenced now, so the writes need a new batch.
          await this.#commit({ id: String(this.#nextBatch++), writes: batch.writes }, attempt + 1);
        } else {
          rejectAll(batch.writes, toStorageError(error));
        }
        return;
      } catch (again) {
        this.#options.onEvent({ level: 'debug', message: 'asking for a lost batch failed', error: again });
      }
    }
    rejectAll(
      batch.writes,
      new Unavailable('the answer of the database was lost, the write may have happened', {
        cause: error,
        uncertain: true,
      }),
    );
  }

  /** Writes of a committed batch that are not in the log had failed; what their keys hold now tells the caller why. */
  async #answerResolved(batch: Batch, committed: ReadonlyMap<string, number>): Promise<void> {
    for (const write of batch.writes) {
      const revision = committed.get(write.key);
      if (revision !== undefined) {
        write.resolve(revision);
        continue;
      }
      try {
        const rows = await this.#options.connection.run(this.#options.statements.get, [write.key], WRITE_TIMEOUT_MS);
        const [found, text] = rows[0] ?? [];
        write.reject(failureOf(write, Number(found ?? 0), typeof text === 'string' ? Buffer.from(text) : undefined));
      } catch (error) {
        write.reject(toStorageError(error));
      }
    }
  }

  /** After a new connection: the store stands there now. */
  noteRevision(revision: number): void {
    this.#revision = Math.max(this.#revision, revision);
  }
}

function answer(writes: readonly Write[], outcomes: readonly (number | StorageError)[]): void {
  for (const [index, outcome] of outcomes.entries()) {
    if (typeof outcome === 'number') {
      writes[index]?.resolve(outcome);
    } else {
      writes[index]?.reject(outcome);
    }
  }
}

function rejectAll(writes: readonly Write[], error: StorageError): void {
  for (const write of writes) {
    write.reject(error);
  }
}
