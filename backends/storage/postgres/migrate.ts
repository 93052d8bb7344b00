/** Brings a schema up to the newest migration: ordered .sql files, each in a transaction, never changed once released. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import pg, { type ClientBase } from 'pg';
import { StorageError } from '../errors.ts';
import { sqlState } from './database-error.ts';

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

const FOLDER = new URL('./migrations/', import.meta.url);

let migrations: readonly Migration[] | undefined;

function readMigrations(): readonly Migration[] {
  migrations ??= readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const sql = readFileSync(new URL(name, FOLDER), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
  return migrations;
}

/**
 * Servers that start at the same time take turns. Returns the names of what was applied.
 * @throws StorageError when the schema was made by newer or by other migrations than this program's
 */
export async function migrate(client: ClientBase, schema: string): Promise<string[]> {
  const applied = await readApplied(client, schema);
  if (applied !== undefined && missing(applied).length === 0) {
    return [];
  }
  const lock = `portico migrations of ${schema}`;
  const schemaName = pg.escapeIdentifier(schema);
  await inTransaction(client, lock, async () => {
    const { rows } = await client.query<{ missing: boolean }>('select to_regnamespace($1) is null as missing', [
      schemaName,
    ]);
    if (rows[0]?.missing) {
      await client.query(`create schema ${schemaName}`);
    }
    await client.query(`create table if not exists ${schemaName}.migrations (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
  });
  const done: string[] = [];
  for (const { name } of missing((await readApplied(client, schema)) ?? new Map())) {
    await inTransaction(client, lock, async () => {
      const migration = missing((await readApplied(client, schema)) ?? new Map()).find((one) => one.name === name);
      if (migration === undefined) {
        return;
      }
      // Functions keep this search_path. With pg_temp last, no temporary table of a pooled session gets in their way.
      await client.query(`set local search_path to ${schemaName}, pg_temp`);
      await client.query(migration.sql);
      await client.query('insert into migrations (name, checksum) values ($1, $2)', [name, migration.checksum]);
      done.push(name);
    });
  }
  return done;
}

async function readApplied(client: ClientBase, schema: string): Promise<Map<string, string> | undefined> {
  try {
    const { rows } = await client.query<{ name: string; checksum: string }>(
      `select name, checksum from ${pg.escapeIdentifier(schema)}.migrations`,
    );
    return new Map(rows.map(({ name, checksum }) => [name, checksum]));
  } catch (error) {
    const state = sqlState(error);
    if (state === '42P01' || state === '3F000') {
      return undefined;
    }
    throw error;
  }
}

function missing(applied: ReadonlyMap<string, string>): Migration[] {
  const known = readMigrations();
  for (const name of applied.keys()) {
    if (!known.some((migration) => migration.name === name)) {
      throw new StorageError(`the database has migration ${name}, which this version does not know: it is older`);
    }
  }
  return known.filter(({ name, checksum }) => {
    const found = applied.get(name);
    if (found !== undefined && found !== checksum) {
      throw new StorageError(`migration ${name} in the database differs from this version's`);
    }
    return found === undefined;
  });
}

async function inTransaction(client: ClientBase, lock: string, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [lock]);
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}
