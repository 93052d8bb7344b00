/** The step that a restore of a backup needs. */
import pg from 'pg';
import { clientConfig } from './client-config.ts';
import { toStorageError } from './database-error.ts';
import { EPOCH_JUMP_REVISIONS, type PostgresStorageOptions } from './options.ts';
import { prepareDatabase } from './prepare-database.ts';

/**
 * To be called after a backup has been restored and before any server uses it: clients remember revisions that the backup
 * does not know, and would take new writes for old. Jumps ahead of them all and compacts below, so that every old revision
 * gets Compacted and every watch starts over. Returns the new revision.
 * @throws StorageError
 */
export async function bumpEpoch(
  options: Pick<PostgresStorageOptions, 'connection' | 'connectionString' | 'schema' | 'applicationName' | 'onEvent'>,
): Promise<number> {
  const schema = options.schema ?? 'portico';
  const client = new pg.Client(await clientConfig(options));
  client.on('error', () => {});
  try {
    await client.connect();
    await prepareDatabase(client, schema, options.onEvent ?? (() => {}));
    const { rows } = await client.query<{ revision: string }>(
      `select ${pg.escapeIdentifier(schema)}.bump_epoch($1::bigint) as revision`,
      [EPOCH_JUMP_REVISIONS],
    );
    return Number(rows[0]?.revision);
  } catch (error) {
    throw toStorageError(error);
  } finally {
    await client.end().catch(() => {});
  }
}
