/** Programs that the account may run: a checkout in root's home is closed to it, so they are copied out of there once. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Account, checkReachable } from './account.ts';
import type { Binaries } from './binaries.ts';

/** Belongs to root, so that nobody can put other programs there. */
const COPIES = '/var/cache/portico';

/** @throws StorageError that names the folder in the way, where a copy cannot be made */
export async function reachableBinaries(binaries: Binaries, account: Account): Promise<Binaries> {
  const bin = path.dirname(binaries.postgres);
  try {
    await checkReachable(bin, account);
    return binaries;
  } catch (outOfReach) {
    const copy = await copyOut(path.dirname(bin), binaries).catch(() => {
      throw outOfReach;
    });
    await checkReachable(path.join(copy, 'bin'), account);
    return { ...binaries, postgres: path.join(copy, 'bin/postgres'), initdb: path.join(copy, 'bin/initdb') };
  }
}

/** Whoever is first wins; the copy is complete or not there at all. */
async function copyOut(from: string, { postgres, version }: Binaries): Promise<string> {
  const { size, mtimeMs } = await stat(postgres);
  const copy = path.join(COPIES, `postgresql-${version}-${process.arch}-${size}-${Math.floor(mtimeMs)}`);
  if (existsSync(copy)) return copy;
  await mkdir(COPIES, { recursive: true, mode: 0o755 });
  const draft = await mkdtemp(`${copy}-`);
  try {
    const run = promisify(execFile);
    await run('cp', ['-a', `${from}/.`, draft]);
    await run('chmod', ['-R', 'a+rX', draft]);
    await rename(draft, copy).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return copy;
}
