/** Connections for reads. A read whose connection breaks is tried again, since nothing can have happened. */
import pg, { type ClientConfig } from 'pg';
import type { Clock } from '../clock.ts';
import { Unavailable } from '../errors.ts';
import { failureKind, needsNewConnection, toStorageError } from './database-error.ts';
import { READ_TIMEOUT_MS } from './options.ts';
import { destroy } from './persistent-connection.ts';
import type { Parameter, Row, Statement, StatementRunner } from './statements.ts';

export interface ReadPoolOptions {
  readonly config: ClientConfig;
  readonly connections: number;
  readonly runner: StatementRunner;
  readonly clock: Clock;
  /** Milliseconds that calls wait for a lost connection. */
  readonly grace: number;
  /** The store's verdict on the database, so that a read does not try what is known to fail. */
  readonly down: () => Unavailable | undefined;
  /** Resolves when that verdict is not about to change. */
  readonly settled: () => Promise<void>;
}

/** So many at least, and further ones for as long as anything waits for a lost connection. */
const ATTEMPTS = 4;
/** Milliseconds; the first attempts may fail before anybody has noticed that the database is away. */
const PAUSE = 20;

export class ReadPool {
  readonly #options: ReadPoolOptions;
  readonly #pool: pg.Pool;
  #closed = false;

  constructor(options: ReadPoolOptions) {
    this.#options = options;
    this.#pool = new pg.Pool({ ...options.config, max: options.connections });
    this.#pool.on('error', () => {});
    // A connection in use tells the pool nothing; its query rejects.
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  /** @throws Unavailable, StorageError */
  async run(statement: Statement, parameters: readonly Parameter[]): Promise<Row[]> {
    const { clock, grace } = this.#options;
    const deadline = clock.monotonic() + grace;
    for (let attempt = 1; ; attempt++) {
      if (this.#closed) {
        throw new Unavailable('storage is closed');
      }
      const down = this.#options.down();
      if (down !== undefined) {
        throw down;
      }
      try {
        return await this.#runOnce(statement, parameters);
      } catch (error) {
        const kind = failureKind(error);
        const exhausted = attempt >= ATTEMPTS && (kind === 'again' || clock.monotonic() > deadline);
        if (exhausted || !(kind === 'lost' || kind === 'again')) {
          throw toStorageError(error);
        }
        if (attempt > 1) {
          await new Promise<void>((resolve) => clock.after(PAUSE, resolve));
        }
        await this.#options.settled();
      }
    }
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      await this.#pool.end();
    }
  }

  async #runOnce(statement: Statement, parameters: readonly Parameter[]): Promise<Row[]> {
    const client = await this.#pool.connect();
    let broken: Error | boolean = false;
    const stopWatching = this.#options.clock.after(READ_TIMEOUT_MS, () => {
      destroy(client);
    });
    try {
      return await this.#options.runner.run(client, statement, parameters);
    } catch (error) {
      broken = needsNewConnection(error);
      throw error;
    } finally {
      stopWatching();
      client.release(broken);
    }
  }
}
