/**
 * Kills the server, its database or both, again and again, while clients write and watch:
 *
 *     node conformance/robustness/crash-rounds.ts [--rounds 20] [--seconds 1] [--kill server|database|postmaster|both|each]
 *                                                 [--writers 32] [--watchers 4] [--seed N]
 *
 * `--seconds` is the time under load before each kill, give or take a half. No acknowledged write may be lost, and every
 * watcher has to see every write once, in order. Exit code 1 if not.
 */
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { databaseProcess } from '../embedded-database.ts';
import { PorticoProcess } from '../portico-process.ts';
import { withDescendants } from '../process-tree.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { caughtUp } from './caught-up.ts';
import { checkHistories } from './check-histories.ts';
import { seededRandom } from '../seeded-random.ts';
import { Target } from './target.ts';
import { Watcher } from './watcher.ts';
import { Writer } from './writer.ts';

/** "postmaster": PostgreSQL's first process alone, whose children end when they notice. */
export type Victim = 'server' | 'database' | 'postmaster' | 'both';

export interface CrashOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly kill: Victim | 'each';
  readonly writers: number;
  readonly watchers: number;
  readonly seed: number;
  readonly log?: (line: string) => void;
}

export interface CrashReport {
  readonly seed: number;
  readonly kills: Readonly<Record<Victim, number>>;
  readonly acknowledged: number;
  readonly uncertain: number;
  readonly events: number;
  readonly resumes: number;
  readonly relists: number;
  /** Milliseconds from each kill to the next acknowledged write. */
  readonly recoveries: readonly number[];
  readonly violations: readonly string[];
}

const VICTIMS: readonly Victim[] = ['server', 'database', 'postmaster', 'both'];
/** Milliseconds that a recovery may take. */
const PATIENCE = 60_000;

export async function crashRounds(options: CrashOptions): Promise<CrashReport> {
  const dataDirectory = await temporaryFolder('portico-crash');
  let portico = await PorticoProcess.start({ dataDirectory });
  const target = new Target(portico.kubeconfig);
  const random = seededRandom(options.seed);
  const kills = { server: 0, database: 0, postmaster: 0, both: 0 };
  const recoveries: number[] = [];
  const writing = new AbortController();
  const watching = new AbortController();
  let onAcknowledged: () => void = () => undefined;
  const writers = Array.from(
    { length: options.writers },
    (_, index) => new Writer({ name: `w${index}`, target: () => target, onAcknowledged: () => onAcknowledged() }),
  );
  const watchers = Array.from({ length: options.watchers }, () => new Watcher(() => target));
  try {
    await target.prepare();
    const watches = watchers.map((watcher) => watcher.run(watching.signal));
    await Promise.all(watchers.map((watcher) => watcher.started));
    const writes = writers.map((writer) => writer.run(writing.signal));
    for (let round = 0; round < options.rounds; round++) {
      await pause(options.seconds * 1000 * (0.5 + random()));
      const victim = options.kill === 'each' ? (VICTIMS[round % VICTIMS.length] ?? 'server') : options.kill;
      const started = performance.now();
      portico = await crash(victim, portico, dataDirectory);
      kills[victim]++;
      await within(PATIENCE, `no write after the kill of ${victim}`, (resolve) => {
        // Each writer may still be told of a write from before; one more is a new one.
        let before = options.writers;
        onAcknowledged = () => {
          if (before-- === 0) resolve();
        };
      });
      recoveries.push(performance.now() - started);
      options.log?.(
        `round ${round + 1}: ${victim} killed, ${Math.round(performance.now() - started)} ms to the next write`,
      );
    }
    writing.abort();
    await Promise.all(writes);
    const list = await target.list();
    await caughtUp(watchers, list.resourceVersion);
    watching.abort();
    await Promise.all(watches);
    return {
      seed: options.seed,
      kills,
      acknowledged: sum(writers.map(({ acknowledged }) => acknowledged)),
      uncertain: sum(writers.map(({ uncertain }) => uncertain)),
      events: sum(watchers.map(({ sightings }) => sightings.length)),
      resumes: sum(watchers.map(({ resumes }) => resumes)),
      relists: sum(watchers.map(({ relists }) => relists)),
      recoveries,
      violations: checkHistories({ writers, watchers, lists: [list.objects] }),
    };
  } finally {
    writing.abort();
    watching.abort();
    target.close();
    await portico.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

/** The process that serves afterwards. */
async function crash(victim: Victim, portico: PorticoProcess, dataDirectory: string): Promise<PorticoProcess> {
  const killed = victim === 'both' ? portico.kill() : undefined;
  if (victim !== 'server') {
    const postmaster = await databaseProcess(dataDirectory);
    for (const pid of victim === 'postmaster' ? [postmaster] : withDescendants([postmaster])) killProcess(pid);
  }
  // A server whose database has died is left alone: it has to find its way back by itself.
  if (victim === 'database' || victim === 'postmaster') return portico;
  await (killed ?? portico.kill());
  return PorticoProcess.start({ dataDirectory, port: portico.port });
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

async function within(milliseconds: number, complaint: string, start: (resolve: () => void) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(complaint)), milliseconds);
  start(resolve);
  await promise.finally(() => clearTimeout(timer));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '1' },
      kill: { type: 'string', default: 'each' },
      writers: { type: 'string', default: '32' },
      watchers: { type: 'string', default: '4' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const report = await crashRounds({
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    kill: values.kill as CrashOptions['kill'],
    writers: Number(values.writers),
    watchers: Number(values.watchers),
    seed: Number(values.seed),
    log: (line) => console.log(line),
  });
  const { recoveries, violations, ...counts } = report;
  console.log({ ...counts, slowestRecoveryMs: Math.round(Math.max(...recoveries)), violations: violations.length });
  for (const line of violations.slice(0, 20)) console.log(line);
  if (violations.length > 0) process.exitCode = 1;
}
