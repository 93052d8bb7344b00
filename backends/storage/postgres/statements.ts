/** Every statement that servers send, with the store's schema written in; and how one is run. */
import pg, { type ClientBase } from 'pg';
import { failureKind } from './database-error.ts';

export interface Statement {
  readonly text: string;
  /** Prepared under this name; planned anew each time without. */
  readonly name?: string;
}

export type Parameter = string | number | Buffer | null;
export type Row = readonly (string | null)[];

export type Statements = ReturnType<typeof createStatements>;

export function createStatements(schema: string) {
  const s = pg.escapeIdentifier(schema);
  const head = 'epoch, compacted_revision, revision, cluster_id';
  // Not computed anew for every row: each time it would step over all that was written since the snapshot.
  const withHead = `with h as materialized (select ${head} from ${s}.head)`;
  const prepared = (name: string, text: string): Statement => ({ name: `portico_${name}`, text });
  return {
    head: prepared('head', `select ${head} from ${s}.head`),
    commitBatch: prepared(
      'commit_batch',
      `select item, revision, value from ${s}.commit_batch($1::bigint, $2::text[], $3::text[], $4::bigint[], $5::text, $6::text)`,
    ),
    resolveBatch: { text: `select key, revision from ${s}.resolve_batch($1::bigint, $2::bigint)` },
    get: prepared('get', `select revision, value from ${s}.current where key = $1::text`),
    /** The head in the first columns of every row, so that rows and head are of one snapshot. */
    logRange: prepared(
      'log_range',
      `${withHead} select h.epoch, h.compacted_revision, h.revision, l.revision, l.previous_revision, l.batch, l.deleted, l.key, l.value
       from h
       left join lateral ${s}.log_range($1::bigint, $2::bigint, $3::text, $4::text, $5::bigint) l on true`,
    ),
    batchAt: { text: `select batch from ${s}.log where revision = $1::bigint` },
    /** Planned each time: how far a range reaches decides how to read it. */
    list: {
      text: `${withHead} select h.revision, h.compacted_revision, c.key, c.revision, c.value
       from h
       left join lateral (
         select key, revision, value from ${s}.current
         where key >= $1::text and key < $2::text and key > $3::text
         order by key limit $4::bigint
       ) c on true`,
    },
    listAt: {
      text: `${withHead} select h.revision, h.compacted_revision, c.key, c.revision, c.value
       from h
       left join lateral ${s}.state_at($5::bigint, $1::text, $2::text, $3::text, $4::bigint) c
         on $5::bigint between h.compacted_revision and h.revision`,
    },
    compact: { text: `select compacted_revision, revision from ${s}.compact($1::bigint)` },
    droppableSegments: { text: `select * from ${s}.droppable_segments()` },
    dropSegment: { text: `select ${s}.drop_segment($1::smallint)` },
    notify: { text: 'select pg_notify($1::text, $2::text)' },
  } satisfies Record<string, Statement>;
}

/** Text as it comes: bigint fits a double here, and bytes are made where they are wanted. */
const RAW_TYPES = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;

/** Remembers, for all connections to one address, whether prepared statements live as long as connections do. */
export class StatementRunner {
  #prepare = true;

  async run(client: ClientBase, statement: Statement, parameters: readonly Parameter[]): Promise<Row[]> {
    const config = { text: statement.text, values: [...parameters], rowMode: 'array' as const, types: RAW_TYPES };
    if (statement.name !== undefined && this.#prepare) {
      try {
        return (await client.query<(string | null)[]>({ ...config, name: statement.name })).rows;
      } catch (error) {
        if (failureKind(error) !== 'unprepared') {
          throw error;
        }
        this.#prepare = false;
      }
    }
    return (await client.query<(string | null)[]>(config)).rows;
  }
}
