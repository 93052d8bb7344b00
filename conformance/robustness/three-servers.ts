/**
 * Three servers on one PostgreSQL, written to and watched through all of them, while strangers use the same database:
 *
 *     node conformance/robustness/three-servers.ts [--seconds 20] [--rate 500] [--terminate-every 3] [--seed N]
 *
 * Every watcher on every server has to see the same events in the same order, every acknowledged write among them.
 * `--terminate-every`: seconds after which all database sessions of the servers are ended; 0: never. Exit code 1 if not.
 */
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { PorticoProcess } from '../portico-process.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { caughtUp } from './caught-up.ts';
import { checkHistories } from './check-histories.ts';
import { findPostgresBinaries, PostgresCluster } from './postgres-cluster.ts';
import { seededRandom } from '../seeded-random.ts';
import { Strangers } from './strangers.ts';
import { Target } from './target.ts';
import { Watcher } from './watcher.ts';
import { Writer } from './writer.ts';

export interface ThreeServersOptions {
  readonly binaries: string;
  readonly seconds: number;
  /** Writes per second in all. */
  readonly rate: number;
  /** Seconds; 0: never. */
  readonly terminateEvery: number;
  readonly seed: number;
}

export interface ThreeServersReport {
  readonly seed: number;
  readonly writesPerSecond: number;
  readonly acknowledged: number;
  readonly uncertain: number;
  readonly watchers: number;
  readonly events: number;
  readonly resumes: number;
  readonly relists: number;
  readonly rolledBack: number;
  readonly held: number;
  readonly terminatedSessions: number;
  readonly violations: readonly string[];
}

const SERVERS = 3;
const WRITERS = 24;
const WATCHERS_EACH = 2;
/** Watchers whose connection is dropped every second, to resume on any server. */
const ROVERS = 2;

export async function threeServers(options: ThreeServersOptions): Promise<ThreeServersReport> {
  const cluster = await PostgresCluster.start(options.binaries);
  const folders = await Promise.all(Array.from({ length: SERVERS }, () => temporaryFolder('portico-server')));
  const random = seededRandom(options.seed);
  const writing = new AbortController();
  const watching = new AbortController();
  let servers: PorticoProcess[] = [];
  let targets: Target[] = [];
  try {
    // At the same time: they also meet when they make the tables.
    servers = await Promise.all(
      folders.map((dataDirectory) => PorticoProcess.start({ dataDirectory, storage: cluster.url })),
    );
    targets = servers.map(({ kubeconfig }) => new Target(kubeconfig));
    const anyTarget = () => at(targets, Math.floor(random() * SERVERS));
    await at(targets, 0).prepare();
    const rovers = Array.from({ length: ROVERS }, () => new Watcher(anyTarget));
    const settled = targets.flatMap((target) => Array.from({ length: WATCHERS_EACH }, () => new Watcher(() => target)));
    const watchers = [...settled, ...rovers];
    const watches = watchers.map((watcher) => watcher.run(watching.signal));
    await Promise.all(watchers.map((watcher) => watcher.started));
    const strangers = new Strangers(cluster);
    const disturbing = strangers.run(writing.signal, { terminateEvery: options.terminateEvery * 1000 });
    const pace = pacer(options.rate);
    const writers = Array.from(
      { length: WRITERS },
      (_, index) => new Writer({ name: `w${index}`, target: anyTarget, pace }),
    );
    const started = performance.now();
    const writes = writers.map((writer) => writer.run(writing.signal));
    while (performance.now() - started < options.seconds * 1000) {
      await pause(1000);
      for (const rover of rovers) rover.drop();
    }
    writing.abort();
    await Promise.all(writes);
    const seconds = (performance.now() - started) / 1000;
    await disturbing;
    const lists = await Promise.all(targets.map((target) => target.list()));
    await caughtUp(watchers, Math.max(...lists.map(({ resourceVersion }) => resourceVersion)));
    watching.abort();
    await Promise.all(watches);
    const total = (count: (of: Writer) => number) => writers.reduce((sum, writer) => sum + count(writer), 0);
    const acknowledged = total((writer) => writer.acknowledged);
    return {
      seed: options.seed,
      writesPerSecond: Math.round(acknowledged / seconds),
      acknowledged,
      uncertain: total((writer) => writer.uncertain),
      watchers: watchers.length,
      events: watchers.reduce((sum, { sightings }) => sum + sightings.length, 0),
      resumes: watchers.reduce((sum, { resumes }) => sum + resumes, 0),
      relists: watchers.reduce((sum, { relists }) => sum + relists, 0),
      rolledBack: strangers.rolledBack,
      held: strangers.held,
      terminatedSessions: strangers.terminations,
      violations: checkHistories({ writers, watchers, lists: lists.map(({ objects }) => objects) }),
    };
  } finally {
    writing.abort();
    watching.abort();
    for (const target of targets) target.close();
    await Promise.all(servers.map((server) => server.stop()));
    await cluster.stop();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

/** Milliseconds of writes that may begin late, all at once. */
const CATCH_UP = 1000;

/** Lets so many writes a second begin, evenly. */
function pacer(rate: number): () => Promise<void> {
  const interval = 1000 / rate;
  let next = performance.now();
  return async () => {
    const now = performance.now();
    // The delays of timers and restarts are made up for; a second or more without any server is not.
    next = Math.max(next + interval, now - CATCH_UP);
    if (next > now) await pause(next - now);
  };
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index} of ${items.length}`);
  return item;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '20' },
      rate: { type: 'string', default: '500' },
      'terminate-every': { type: 'string', default: '3' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const binaries = findPostgresBinaries();
  if (binaries === undefined)
    throw new Error('no PostgreSQL server on this machine: install one, or set PG_BIN to its folder');
  const { violations, ...counts } = await threeServers({
    binaries,
    seconds: Number(values.seconds),
    rate: Number(values.rate),
    terminateEvery: Number(values['terminate-every']),
    seed: Number(values.seed),
  });
  console.log({ ...counts, violations: violations.length });
  for (const line of violations.slice(0, 20)) console.log(line);
  if (violations.length > 0) process.exitCode = 1;
}
