/** The embedded PostgreSQL of a data folder, as its own lock file tells. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Process id of the postmaster. */
export async function databaseProcess(dataDirectory: string): Promise<number> {
  const lock = await readFile(join(dataDirectory, 'postgres', 'postmaster.pid'), 'utf8');
  return Number(lock.split('\n')[0]);
}
