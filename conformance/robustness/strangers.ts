/** What other users of the same database do: transactions that are rolled back, and transactions that stay open. */
import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresCluster } from './postgres-cluster.ts';

/** Milliseconds between rolled-back transactions. */
const ROLLBACK_PAUSE = 20;
/** Seconds that a transaction is held open. */
const HOLD = 2;

export interface StrangerOptions {
  /** Milliseconds between terminations of all sessions of other users; 0: never. */
  readonly terminateEvery: number;
}

export class Strangers {
  rolledBack = 0;
  held = 0;
  terminations = 0;
  readonly #cluster: PostgresCluster;

  constructor(cluster: PostgresCluster) {
    this.#cluster = cluster;
  }

  async run(signal: AbortSignal, { terminateEvery }: StrangerOptions): Promise<void> {
    await this.#cluster.query('create table strangers (id bigserial primary key, note text)');
    await Promise.all([this.#rollBack(signal), this.#hold(signal), this.#terminate(signal, terminateEvery)]);
  }

  async #rollBack(signal: AbortSignal): Promise<void> {
    const send = this.#cluster.openSession();
    while (!signal.aborted) {
      send(
        "begin; insert into strangers (note) select 'gone' from generate_series(1, 10); notify strangers; rollback;",
      );
      this.rolledBack++;
      await pause(ROLLBACK_PAUSE);
    }
  }

  /** Ends in turn with a commit and a rollback; its snapshot and its transaction id stay in the way meanwhile. */
  async #hold(signal: AbortSignal): Promise<void> {
    const send = this.#cluster.openSession();
    while (!signal.aborted) {
      const end = this.held++ % 2 === 0 ? 'commit' : 'rollback';
      send("begin isolation level repeatable read; insert into strangers (note) values ('held');");
      send(`select count(*) from strangers; select pg_sleep(${HOLD}); notify strangers; ${end};`);
      await pause(HOLD * 1000);
    }
  }

  async #terminate(signal: AbortSignal, every: number): Promise<void> {
    if (every === 0) return;
    while (!signal.aborted) {
      await pause(every);
      const sessions = "backend_type = 'client backend' and application_name <> 'psql' and pid <> pg_backend_pid()";
      const count = await this.#cluster.query(
        `select count(pg_terminate_backend(pid)) from pg_stat_activity where ${sessions}`,
      );
      this.terminations += Number(count);
    }
  }
}
