/** Makes a new data folder: a copy of a template that initdb made once for this user and version, or initdb itself. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { StorageError } from '../errors.ts';
import { type Account, giveTo } from './account.ts';
import type { Binaries } from './binaries.ts';

/** Of the store in every embedded server. */
export const DATABASE_USER = 'portico';

export interface DataDirectoryOptions {
  /** The data folder itself; it exists afterwards, and belongs to the account. */
  readonly folder: string;
  readonly binaries: Binaries;
  readonly account: Account;
  /** Where templates are kept; undefined: none. */
  readonly cacheDirectory: string | undefined;
}

/** `$XDG_CACHE_HOME/portico` or `~/.cache/portico`. */
export function defaultCacheDirectory(): string {
  return path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'portico');
}

/** Leaves an existing folder alone. Returns true if it is new. @throws StorageError */
export async function ensureDataDirectory(options: DataDirectoryOptions): Promise<boolean> {
  const { folder, binaries, account } = options;
  if (existsSync(path.join(folder, 'PG_VERSION'))) {
    const major = (await readFile(path.join(folder, 'PG_VERSION'), 'utf8')).trim();
    if (major !== binaries.major) {
      throw new StorageError(
        `${folder} was made by PostgreSQL ${major}, and this is ${binaries.version}: ` +
          `dump it with version ${major} and restore it into a new folder`,
      );
    }
    await giveTo(account, folder);
    return false;
  }
  // Complete or not there at all, whenever the process may end.
  const draft = `${folder}.new-${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  try {
    await makeFromTemplate(options, draft);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  // A copy is not on the disk yet, as initdb's own work would be; nothing waits for that.
  execFile('sync', process.platform === 'linux' ? ['-f', folder] : [], () => {});
  return true;
}

async function makeFromTemplate(
  { binaries, account, cacheDirectory }: DataDirectoryOptions,
  draft: string,
): Promise<void> {
  if (cacheDirectory !== undefined) {
    try {
      const template = path.join(cacheDirectory, await templateName(binaries, account));
      if (!existsSync(template)) {
        await makeTemplate(template, binaries, account);
      }
      await copyFolder(template, draft);
      return;
    } catch {
      // A cache that cannot be used is no reason to fail.
      await rm(draft, { recursive: true, force: true });
    }
  }
  await runInitdb(binaries, account, (made) => copyFolder(made, draft));
}

/** What initdb makes depends on the build, and the files belong to whom the server runs as. */
async function templateName({ version, postgres }: Binaries, { uid }: Account): Promise<string> {
  const build = (await stat(postgres)).size;
  return `postgresql-${version}-${process.platform}-${process.arch}-${build}-${uid ?? process.getuid?.()}`;
}

/** Whoever is first wins; the others' work is thrown away. */
async function makeTemplate(template: string, binaries: Binaries, account: Account): Promise<void> {
  await mkdir(path.dirname(template), { recursive: true, mode: 0o700 });
  const draft = await mkdtemp(`${template}-`);
  try {
    await runInitdb(binaries, account, (made) => copyFolder(made, draft));
    await rename(draft, template).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') {
        throw error;
      }
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** With owners and modes; several times faster than Node's own copy. */
async function copyFolder(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await promisify(execFile)('cp', ['-a', from, to]);
}

/** In a folder that the account can reach, wherever the result is to go. */
async function runInitdb(binaries: Binaries, account: Account, use: (folder: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'portico-initdb-'));
  try {
    await giveTo(account, home);
    const folder = path.join(home, 'data');
    const flags = [
      '-D',
      folder,
      '-U',
      DATABASE_USER,
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-locale',
      '-N',
      '--no-instructions',
    ];
    await promisify(execFile)(binaries.initdb, flags, { uid: account.uid, gid: account.gid, cwd: home });
    await use(folder);
  } catch (cause) {
    const told = (cause as { stderr?: string }).stderr?.trim();
    throw new StorageError(`initdb failed: ${told || (cause instanceof Error ? cause.message : cause)}`, { cause });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
