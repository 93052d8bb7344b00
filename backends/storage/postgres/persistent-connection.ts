/** One connection that comes back by itself. While it is away, calls wait a moment for it and then fail fast. */
import pg, { type Client, type ClientConfig } from 'pg';
import type { Clock } from '../clock.ts';
import { Unavailable } from '../errors.ts';
import { messageOf, needsNewConnection } from './database-error.ts';
import { type OnEvent, RECONNECT_MAX_MS, RECONNECT_MIN_MS, RECONNECT_WAITED_FOR_MS } from './options.ts';
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
  /** Milliseconds that calls wait for a lost connection. */
  readonly grace: number;
  /** Called when it has been away for `grace`: from now on calls fail fast. */
  readonly onDown?: (error: Unavailable) => void;
}

export class PersistentConnection {
  readonly #options: PersistentConnectionOptions;
  #client: Client | undefined;
  #down: Unavailable | undefined;
  /** Pending while a lost connection may still come back soon enough. */
  #grace: PromiseWithResolvers<void> | undefined;
  #waiting: (() => void)[] = [];
  /** Settles when the statement that was asked for last is done. */
  #last: Promise<void> = Promise.resolve();
  #cancelPause: (() => void) | undefined;
  #closed = false;

  constructor(options: PersistentConnectionOptions) {
    this.#options = options;
  }

  /** Why calls fail at once; undefined while they do not. */
  get down(): Unavailable | undefined {
    return this.#down;
  }

  /** The first connection. @throws what the attempt threw; no further one is made. */
  async open(): Promise<void> {
    this.#client ??= await this.#connect();
  }

  /** One after the other. @throws Unavailable when there is no connection, else whatever the statement throws */
  async run(statement: Statement, parameters: readonly Parameter[], timeout: number): Promise<Row[]> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    try {
      return await this.#runAlone(statement, parameters, timeout);
    } finally {
      resolve();
    }
  }

  async #runAlone(statement: Statement, parameters: readonly Parameter[], timeout: number): Promise<Row[]> {
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

  /** Resolves when the connection stands, or calls have begun to fail fast. */
  async settled(): Promise<void> {
    await this.#grace?.promise;
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
    this.#cancelPause?.();
    this.#wakeWaiting();
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => {});
  }

  async #nextClient(): Promise<Client> {
    await this.settled();
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
      void this.#reopen(error);
    }
  }

  async #reopen(error: unknown): Promise<void> {
    const { clock, name, onEvent, onUp, onDown } = this.#options;
    const grace = Promise.withResolvers<void>();
    this.#grace = grace;
    let reason = error;
    const cancelGrace = clock.after(this.#options.grace, () => {
      this.#down = new Unavailable(`database: ${messageOf(reason)}`, { cause: reason });
      onDown?.(this.#down);
      grace.resolve();
    });
    for (let pause = 0; this.#client === undefined && !this.#closed; pause = this.#nextPause(pause)) {
      await this.#pause(pause);
      try {
        const client = await this.#connect();
        if (this.#closed) {
          destroy(client);
        } else {
          this.#client = client;
        }
      } catch (attempt) {
        reason = attempt;
      }
    }
    cancelGrace();
    if (!this.#closed) {
      this.#down = undefined;
      onEvent({ level: 'info', message: `database connection is back (${name})` });
      onUp?.();
    }
    this.#grace = undefined;
    grace.resolve();
    this.#wakeWaiting();
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(milliseconds, resolve);
      this.#cancelPause = () => {
        cancel();
        resolve();
      };
    });
  }

  /** While callers still wait, an attempt is due every few times a second. */
  #nextPause(pause: number): number {
    const longest = this.#down === undefined ? RECONNECT_WAITED_FOR_MS : RECONNECT_MAX_MS;
    return Math.min(Math.max(pause * 2, RECONNECT_MIN_MS), longest);
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
export function destroy(client: pg.ClientBase): void {
  client.removeAllListeners();
  client.on('error', () => {});
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
