/** A new folder that the user of an embedded database can reach as well: PostgreSQL does not run as root. */
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PASSABLE = 0o711;

/** The caller removes it. */
export async function temporaryFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${prefix}-`));
  await chmod(folder, PASSABLE);
  return folder;
}
