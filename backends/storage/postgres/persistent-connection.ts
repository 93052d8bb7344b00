/** One connection that comes back by itself. While it is away, calls wait for one attempt and then fail fast. */
import pg, { type Client, type ClientConfig } from 'pg';
import type { Clock } from '../clock.ts';
import { Unavailable } from '../errors.ts';
import { messageOf, needsNewConnection } from './database-error.ts';
import { type OnEvent, RECONNECT_MAX_MS, RECONNECT_MIN_MS } from './options.ts';
import type { Parameter, Row, Statement, StatementRunner } from './statements.ts';

export interface PersistentConnectionOptions {
  readonly name: string;
  readonly config: ClientConfig;
  readonly runner: StatementRunner;
  readonly clock: Clock;
  readonly onEvent: OnEvent;
  /** Called on every new connection before anyone else may use it; if it rejects, the connection is dropped. */
  readonly onOpen?: (client: Client) => Promise<void>;
  /** Called when the connection has come back and may be used. */
  readonly onUp?: () => void;
  /** Called when an attempt to come back has failed: from now on calls fail fast. */
  readonly onDown?: (error: Unavailable) => void;
}

export class PersistentConnection {
  readonly #options: PersistentConnectionOptions;
  #client: Client | undefined;
  #down: Unavailable | undefined;
  #opening: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #waiting: (() => void)[] = [];
  #pause = RECONNECT_MIN_MS;
  #closed = false;

  constructor(options: PersistentConnectionOptions) {
    this.#options = options;
  }

  /** Undefined while the connection stands or is being made for the first time. */
  get down(): Unavailable | undefined {
    return this.#down;
  }

  /** The first connection. @throws what the attempt threw; no further one is made. */
  async open(): Promise<void> {
    this.#client ??= await this.#connect();
  }

  /** @throws Unavailable at once if the last attempt to come back failed, else whatever the statement throws. */
  async run(statement: Statement, parameters: readonly Parameter[], timeout: number): Promise<Row[]> {
    const client = this.#client ?? (await this.#nextClient());
    const stopWatching = this.#options.clock.after(timeout, () => {
      this.#drop(client, new Error(`no answer within ${timeout} ms`));
    });
    try {
      return await this.#options.runner.run(client, statement, parameters);
    } catch (error) {
      if (needsNewConnection(error)) {
        this.#drop(client, error);
      }
      throw error;
    } finally {
      stopWatching();
    }
  }

  /** Resolves true when the connection stands, false when it does not within `timeout` milliseconds. */
  async whenOpen(timeout: number): Promise<boolean> {
    if (this.#client === undefined && !this.#closed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const cancel = this.#options.clock.after(timeout, resolve);
      this.#waiting.push(resolve);
      await promise;
      cancel();
    }
    return this.#client !== undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#down = new Unavailable('storage is closed');
    this.#cancelRetry?.();
    this.#wakeWaiting();
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => {});
  }

  async #nextClient(): Promise<Client> {
    // Set until the first attempt after a loss has ended, so that a short break is not seen by anyone.
    await this.#opening;
    if (this.#client === undefined) {
      throw this.#down ?? new Unavailable(`no connection to the database (${this.#options.name})`);
    }
    return this.#client;
  }

  async #connect(): Promise<Client> {
    const client = new pg.Client(this.#options.config);
    client.on('error', (error) => this.#drop(client, error));
    client.on('end', () => this.#drop(client, new Error('connection ended')));
    try {
      await client.connect();
      await this.#options.onOpen?.(client);
      return client;
    } catch (error) {
      destroy(client);
      throw error;
    }
  }

  #drop(client: Client, error: unknown): void {
    if (this.#client !== client) {
      return;
    }
    this.#client = undefined;
    destroy(client);
    if (!this.#closed) {
      this.#options.onEvent({ level: 'warn', message: `database connection lost (${this.#options.name})`, error });
      this.#pause = RECONNECT_MIN_MS;
      this.#opening = this.#reopen();
    }
  }

  async #reopen(): Promise<void> {
    try {
      const client = await this.#connect();
      if (this.#closed) {
        destroy(client);
        return;
      }
      this.#client = client;
      this.#down = undefined;
      this.#options.onEvent({ level: 'info', message: `database connection is back (${this.#options.name})` });
      this.#wakeWaiting();
      this.#options.onUp?.();
    } catch (error) {
      if (this.#closed) {
        return;
      }
      this.#down = new Unavailable(`database: ${messageOf(error)}`, { cause: error });
      this.#options.onDown?.(this.#down);
      this.#cancelRetry = this.#options.clock.after(this.#pause, () => void this.#reopen());
      this.#pause = Math.min(this.#pause * 2, RECONNECT_MAX_MS);
    } finally {
      this.#opening = undefined;
    }
  }

  #wakeWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) {
      wake();
    }
  }
}

/** Without waiting for a server that may be gone. */
function destroy(client: Client): void {
  client.removeAllListeners();
  client.on('error', () => {});
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
