/** What a database must be before it may hold a store. */
import type { Client } from 'pg';
import { StorageError } from '../errors.ts';
import { migrate } from './migrate.ts';
import type { OnEvent } from './options.ts';

/** The oldest release whose functions and partitions are used as they are here. */
const MIN_SERVER_VERSION = 140_000;

/** Migrates the schema. @throws StorageError when the database cannot hold a store */
export async function prepareDatabase(client: Client, schema: string, onEvent: OnEvent): Promise<void> {
  const { rows } = await client.query<{ version: string; encoding: string; fsync: string; pages: string }>(
    `select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding,
       current_setting('fsync') as fsync, current_setting('full_page_writes') as pages`,
  );
  const [server] = rows;
  if (server === undefined || Number(server.version) < MIN_SERVER_VERSION) {
    throw new StorageError('PostgreSQL 14 or later is needed');
  }
  if (server.encoding !== 'UTF8') {
    throw new StorageError(`the database's encoding is ${server.encoding}, it must be UTF8`);
  }
  if (server.fsync !== 'on' || server.pages !== 'on') {
    onEvent({ level: 'warn', message: 'the database runs without fsync or full_page_writes: a crash may lose writes' });
  }
  for (const name of await migrate(client, schema)) {
    onEvent({ level: 'info', message: `migration ${name} applied to schema ${schema}` });
  }
}
