/** Lets one process at a time use a data folder, and notices when the one before has died. */
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { StorageError } from '../errors.ts';

export interface FolderLock {
  release(): void;
}

/** @throws StorageError when a living process holds it */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = path.join(folder, 'portico.pid');
  const self = `${process.pid} ${startTime(process.pid)}`;
  const draft = `${file}.${process.pid}`;
  for (;;) {
    await writeFile(draft, self);
    try {
      // Unlike an exclusive create, a link shows the others a complete file at once.
      await link(draft, file);
      return { release: () => releaseIfMine(file, self) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw error;
      }
    } finally {
      await rm(draft, { force: true });
    }
    const holder = await readFile(file, 'utf8').catch(() => '');
    const [pid = 0, started = ''] = holder.split(' ');
    if (holder !== '' && isAlive(Number(pid)) && startTime(Number(pid)) === started) {
      throw new StorageError(`${folder} is in use by process ${pid}`);
    }
    await rm(file, { force: true });
  }
}

function releaseIfMine(file: string, self: string): void {
  try {
    if (readFileSync(file, 'utf8') === self) {
      rmSync(file);
    }
  } catch {
    // Gone with its folder.
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Tells a process from a later one with the same id; constant where the system does not say. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the 22nd field is the 20th after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '-';
  }
}
