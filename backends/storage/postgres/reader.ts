/** get, list and currentRevision in SQL. */
import { Compacted, FutureRevision } from '../errors.ts';
import type { KeyRange, KeyValue, ListOptions } from '../interface.ts';
import { asBound, isPossiblePrefix, prefixEnd } from '../key-order.ts';
import { AFTER_ALL_KEYS, isStorableKey } from '../limits.ts';
import type { ReadPool } from './read-pool.ts';
import type { Row, Statements } from './statements.ts';

export interface ReaderOptions {
  readonly pool: ReadPool;
  readonly statements: Statements;
  /** Told of every newer state that a read has seen. */
  readonly noteRevision: (revision: number) => void;
}

export class Reader {
  readonly #options: ReaderOptions;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  async get(key: string): Promise<KeyValue | undefined> {
    if (!isStorableKey(key)) {
      return undefined;
    }
    const [row] = await this.#options.pool.run(this.#options.statements.get, [key]);
    return row === undefined ? undefined : toKeyValue(key, row[0], row[1]);
  }

  async list(prefix: string, options: ListOptions): Promise<KeyRange> {
    const { pool, statements, noteRevision } = this.#options;
    const [from, to] = isPossiblePrefix(prefix) ? [prefix, prefixEnd(prefix)] : [AFTER_ALL_KEYS, AFTER_ALL_KEYS];
    const limit = options.limit || undefined;
    // One row more than asked for shows whether there is more.
    const bounds = [from, to, asBound(options.startAfter ?? ''), limit === undefined ? null : limit + 1];
    const at = options.revision;
    const rows = await (at === undefined
      ? pool.run(statements.list, bounds)
      : pool.run(statements.listAt, [...bounds, at]));
    const revision = Number(rows[0]?.[0]);
    const compactedRevision = Number(rows[0]?.[1]);
    noteRevision(revision);
    if (at !== undefined && at > revision) {
      throw new FutureRevision(revision);
    }
    if (at !== undefined && at < compactedRevision) {
      throw new Compacted(compactedRevision);
    }
    const items = toItems(rows);
    const more = limit !== undefined && items.length > limit;
    if (more) {
      items.pop();
    }
    return { items, revision: at ?? revision, more };
  }
}

function toItems(rows: readonly Row[]): KeyValue[] {
  const items: KeyValue[] = [];
  for (const [, , key, revision, text] of rows) {
    if (typeof key === 'string') {
      items.push(toKeyValue(key, revision, text));
    }
  }
  return items;
}

function toKeyValue(key: string, revision: string | null | undefined, text: string | null | undefined): KeyValue {
  return { key, value: Buffer.from(text ?? ''), revision: Number(revision) };
}
