/**
 * Durability, measured: a child process writes as fast as it can and reports every acknowledgement; then it or its database
 * is killed with SIGKILL, and whoever comes next must find everything that was acknowledged.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createEmbeddedStorage } from '../embedded/embedded-storage.ts';
import { readPostmasterFile } from '../embedded/postmaster-file.ts';
import type { Storage } from '../interface.ts';

export interface CrashRoundsOptions {
  readonly rounds: number;
  /** Acknowledgements to wait for before a kill; a random number up to this. Default 400. */
  readonly acknowledgements?: number;
  /** In [0, 1). */
  readonly random?: () => number;
  readonly onRound?: (line: string) => void;
}

export interface CrashReport {
  readonly rounds: number;
  readonly acknowledged: number;
  /** Writes that the database holds although no answer came: allowed. */
  readonly unanswered: number;
  /** Keys that were acknowledged and are gone or older: must be empty. */
  readonly lost: readonly string[];
}

/** Rounds alternate between killing the server's process, the database, and both. */
export async function runCrashRounds(options: CrashRoundsOptions): Promise<CrashReport> {
  const random = options.random ?? Math.random;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'portico-crash-'));
  await chmod(folder, 0o711);
  const acknowledged = new Map<string, number>();
  const lost: string[] = [];
  let total = 0;
  let unanswered = 0;
  try {
    for (let round = 0; round < options.rounds; round++) {
      const victim = (['process', 'database', 'both'] as const)[round % 3] ?? 'both';
      const wanted = 20 + Math.floor(random() * (options.acknowledgements ?? 400));
      const answered = await writeUntilKilled(folder, round, victim, wanted, acknowledged);
      total += answered;
      const found = await readBack(folder);
      for (const [key, revision] of acknowledged) {
        if ((found.get(key) ?? 0) < revision) {
          lost.push(`${key}@${revision}`);
        }
      }
      unanswered += [...found].filter(([key, revision]) => (acknowledged.get(key) ?? 0) < revision).length;
      for (const [key, revision] of found) {
        acknowledged.set(key, revision);
      }
      options.onRound?.(`round ${round + 1}: killed ${victim}, ${answered} acknowledged, ${lost.length} lost`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  return { rounds: options.rounds, acknowledged: total, unanswered, lost };
}

async function writeUntilKilled(
  folder: string,
  round: number,
  victim: 'process' | 'database' | 'both',
  wanted: number,
  acknowledged: Map<string, number>,
): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, [import.meta.filename, folder, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let answered = 0;
  let killed = false;
  if (child.stdout !== null) {
    for await (const line of createInterface(child.stdout)) {
      const [key, revision] = line.split(' ');
      if (key !== undefined && revision !== undefined) {
        acknowledged.set(key, Number(revision));
        answered++;
      }
      if (!killed && answered >= wanted) {
        killed = true;
        if (victim !== 'process') {
          const postmaster = await readPostmasterFile(path.join(folder, 'postgres'));
          process.kill(postmaster?.pid ?? 0, 'SIGKILL');
        }
        if (victim !== 'database') {
          child.kill('SIGKILL');
        }
      }
      // The database comes back on its own: writes acknowledged after that count too.
      if (killed && answered >= wanted * 2) {
        child.kill('SIGKILL');
      }
    }
  }
  await ended;
  return answered;
}

async function readBack(folder: string): Promise<Map<string, number>> {
  const storage = await createEmbeddedStorage({ dataDirectory: folder, compactionInterval: 0 });
  try {
    const { items } = await storage.list('/');
    return new Map(items.map((item) => [item.key, item.revision]));
  } finally {
    await storage.close();
  }
}

const WRITERS = 16;

/** Creates and updates keys of its own; prints one line an acknowledgement. */
async function write(storage: Storage, round: string, writer: number): Promise<void> {
  for (let index = 0; ; index++) {
    const key = `/${round}/${writer}/${index}`;
    try {
      const { revision } = await storage.create(key, Buffer.from(`{"n":${index}}`));
      process.stdout.write(`${key} ${revision}\n`);
      if (index % 3 === 0) {
        const updated = await storage.update(key, Buffer.from('{}'), revision);
        process.stdout.write(`${key} ${updated.revision}\n`);
      }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

if (import.meta.main) {
  const [folder, round = '0'] = process.argv.slice(2);
  const storage = await createEmbeddedStorage({ dataDirectory: folder, compactionInterval: 0 });
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(storage, round, writer)));
}
