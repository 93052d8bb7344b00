/** PostgreSQL's own postmaster.pid: who serves a data folder, and whether it is ready. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StorageError } from '../errors.ts';
import { isAlive } from './folder-lock.ts';
import { READY_POLL_MS, STOP_TIMEOUT_MS } from './limits.ts';

export interface PostmasterFile {
  readonly pid: number;
  readonly ready: boolean;
}

export async function readPostmasterFile(dataFolder: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(path.join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const lines = text?.split('\n') ?? [];
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined;
}

/** Stops a server that outlived the process that had started it. @throws StorageError if it does not go */
export async function stopLeftover(dataFolder: string): Promise<number | undefined> {
  const left = await readPostmasterFile(dataFolder);
  if (left === undefined || !isPostmasterOf(left.pid, dataFolder)) {
    return undefined;
  }
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    signalIfAlive(left.pid, signal);
    if (await goneWithin(left.pid, STOP_TIMEOUT_MS)) {
      return left.pid;
    }
  }
  throw new StorageError(`the PostgreSQL server ${left.pid} of ${dataFolder} does not stop`);
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
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat[stat.lastIndexOf(')') + 2] !== 'Z';
  } catch {
    return process.platform !== 'linux' && isAlive(pid);
  }
}
