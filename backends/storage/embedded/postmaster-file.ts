/** PostgreSQL's own postmaster.pid: who serves a data folder, and whether it is ready. */
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StorageError } from '../errors.ts';
import { isAlive } from './folder-lock.ts';
import { READY_POLL_MS, STOP_TIMEOUT_MS } from './limits.ts';

export interface PostmasterFile {
  readonly pid: number;
  readonly socketDirectory: string;
  readonly ready: boolean;
}

export async function readPostmasterFile(dataFolder: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(path.join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const lines = text?.split('\n') ?? [];
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, socketDirectory: lines[4] ?? '', ready: lines[7]?.trim() === 'ready' } : undefined;
}

export interface Leftover {
  readonly pid: number;
  readonly socketDirectory: string;
  /** False if it was gone already. */
  readonly stopped: boolean;
}

/** Stops a server that outlived the process that had started it. @throws StorageError if it does not go */
export async function stopLeftover(dataFolder: string): Promise<Leftover | undefined> {
  const left = await readPostmasterFile(dataFolder);
  if (left === undefined) {
    return undefined;
  }
  const { pid, socketDirectory } = left;
  const stopped = isPostmasterOf(pid, dataFolder);
  if (stopped) {
    await stop(pid, dataFolder);
  }
  await disownPostmasterFile(dataFolder);
  return { pid, socketDirectory, stopped };
}

async function stop(pid: number, dataFolder: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    signalIfAlive(pid, signal);
    if (await goneWithin(pid, STOP_TIMEOUT_MS)) {
      return;
    }
  }
  throw new StorageError(`the PostgreSQL server ${pid} of ${dataFolder} does not stop`);
}

/**
 * The server is gone, but its id may still name something: a zombie that nobody reaps, or another program. PostgreSQL would
 * take that for a rival, except when the id is its parent's. The rest of the file stays, with the shared memory by which
 * it notices children that are still at work.
 */
async function disownPostmasterFile(dataFolder: string): Promise<void> {
  const file = path.join(dataFolder, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined) {
    await writeFile(file, text.replace(/^\d+/, String(process.pid)));
  }
}

export async function goneWithin(pid: number, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (isRunning(pid)) {
    if (performance.now() > deadline) {
      return false;
    }
    await sleep(READY_POLL_MS);
  }
  return true;
}

/** The same for a process that is about to exit and cannot come back to its event loop. */
export function blockUntilGone(pid: number, milliseconds: number): void {
  const deadline = performance.now() + milliseconds;
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  while (isRunning(pid) && performance.now() < deadline) {
    Atomics.wait(sleeper, 0, 0, READY_POLL_MS);
  }
}

export function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

/** A process id is used again in time: another program must not be shot for it. */
function isPostmasterOf(pid: number, dataFolder: string): boolean {
  if (!isRunning(pid)) {
    return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(dataFolder);
  } catch {
    return process.platform !== 'linux';
  }
}

/** A zombie whose parent has not looked yet is not running. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat[stat.lastIndexOf(')') + 2] !== 'Z';
  } catch {
    return process.platform !== 'linux' && isAlive(pid);
  }
}
