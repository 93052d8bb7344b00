/**
 * Changes what is wanted of a cluster and kills one of its parts meanwhile, again and again:
 *
 *     node conformance/robustness/part-rounds.ts [--rounds 200] [--seed N] [--kill each|none|server|database|controllers|scheduler|nodes]
 *
 * After each round the cluster has to come to rest as is wanted. At the end the same changes are made without kills in another cluster:
 * both must have come to the same. Exit code 1 if not. The seed gives the changes, the parts and the moments again.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from '../differential/client.ts';
import { readKubeconfig } from '../differential/kubeconfig.ts';
import { seededRandom } from '../seeded-random.ts';
import { complaints, endState, readState } from './cluster-state.ts';
import { type Part, Parts, parts } from './parts.ts';
import { type Change, NAMESPACE, ownedConfigMap, type Wanted, Workload } from './workload.ts';

export interface PartRoundsOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly kill: Part | 'each' | 'none';
  readonly log?: (line: string) => void;
}

export interface PartRoundsReport {
  readonly kills: Readonly<Record<Part, number>>;
  /** Milliseconds from the change of a round until the cluster had come to rest. */
  readonly settled: readonly number[];
  readonly end: readonly string[];
}

/** Milliseconds that a cluster may take to come to rest after a round. */
const PATIENCE = 120_000;
/** Milliseconds between two looks at it. */
const LOOK_MS = 100;
/** Changes of a round. */
const MOST_CHANGES = 3;
/** Milliseconds after the first change within which the kill comes. */
const KILL_WITHIN_MS = 600;

/** @throws Error with what is missing if the cluster does not come to rest as wanted */
export async function partRounds({ rounds, seed, kill, log }: PartRoundsOptions): Promise<PartRoundsReport> {
  const random = seededRandom(seed);
  const workload = new Workload(seededRandom(seed + 1));
  const kills: Record<Part, number> = { server: 0, database: 0, controllers: 0, scheduler: 0, nodes: 0 };
  const settled: number[] = [];
  const cluster = await Parts.start();
  const client = new Client(readKubeconfig(cluster.kubeconfig));
  try {
    await insist(() => applied(client, namespaceOf(NAMESPACE)));
    await atRest(client, workload);
    for (let round = 1; round <= rounds; round++) {
      // Drawn also where nobody is killed: the changes must be the same.
      const drawn = parts[Math.floor(random() * parts.length)];
      const victim = kill === 'each' ? drawn : kill === 'none' ? undefined : kill;
      const moment = random() * KILL_WITHIN_MS;
      const changes = Array.from({ length: 1 + Math.floor(random() * MOST_CHANGES) }, () => workload.next()).flat();
      const started = performance.now();
      await Promise.all([make(client, changes, workload), killAt(cluster, victim, moment)]);
      if (victim !== undefined) kills[victim]++;
      await atRest(client, workload);
      const ended = cluster.ended();
      if (ended.length > 0) throw new Error(`ended by themselves: ${ended.join(', ')}`);
      settled.push(performance.now() - started);
      log?.(
        `round ${round}: ${changes.length} changes, ${victim ?? 'nothing'} killed, at rest after ${Math.round(settled.at(-1) ?? 0)} ms`,
      );
    }
    return { kills, settled, end: endState(await readState(client)) };
  } finally {
    client.close();
    await cluster.stop();
  }
}

async function killAt(cluster: Parts, victim: Part | undefined, moment: number): Promise<void> {
  if (victim === undefined) return;
  await pause(moment);
  await cluster.kill(victim);
}

async function make(client: Client, changes: readonly Change[], { owners }: Workload): Promise<void> {
  for (const change of changes) {
    if ('remove' in change) await insist(() => removed(client, change.remove));
    else {
      await insist(() => applied(client, change.apply));
      const { name } = change.apply.object.metadata as { readonly name: string };
      const count = owners.get(name) ?? 0;
      for (let at = 0; at < count; at++) {
        await insist(async () => {
          const { body } = await client.send({ method: 'GET', path: change.apply.path });
          const { uid } = (JSON.parse(body.toString()) as { metadata: { uid: string } }).metadata;
          await applied(client, ownedConfigMap(`${name}-${at}`, { name, uid }));
        });
      }
    }
  }
}

const namespaceOf = (name: string): Wanted => ({
  path: `/api/v1/namespaces/${name}`,
  object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
});

async function applied(client: Client, { path, object }: Wanted): Promise<void> {
  const { status, body } = await client.send({
    method: 'PATCH',
    path: `${path}?fieldManager=rounds&force=true`,
    headers: { 'Content-Type': 'application/apply-patch+yaml' },
    body: JSON.stringify(object),
  });
  if (status !== 200 && status !== 201) throw new Error(`${path}: ${status} ${body.toString()}`);
}

async function removed(client: Client, path: string): Promise<void> {
  const { status, body } = await client.send({ method: 'DELETE', path: `${path}?propagationPolicy=Background` });
  if (status !== 200 && status !== 202 && status !== 404 && status !== 409) {
    throw new Error(`DELETE ${path}: ${status} ${body.toString()}`);
  }
}

/** Requests may fail while something is dead; what they ask for is the same each time. */
async function insist(ask: () => Promise<void>): Promise<void> {
  await until(ask);
}

async function atRest(client: Client, workload: Workload): Promise<void> {
  await until(async () => {
    const left = complaints(await readState(client), workload);
    if (left.length > 0) throw new Error(`not at rest:\n  ${left.join('\n  ')}`);
  });
}

async function until(attempt: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await pause(LOOK_MS);
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '200' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      kill: { type: 'string', default: 'each' },
    },
  });
  const options = { rounds: Number(values.rounds), seed: Number(values.seed) };
  console.log(`seed ${options.seed}`);
  const log = (line: string): void => console.log(line);
  const killed = await partRounds({ ...options, kill: values.kill as PartRoundsOptions['kill'], log });
  const spared = await partRounds({ ...options, kill: 'none' });
  const inOrder = killed.settled.toSorted((a, b) => a - b);
  console.log({
    kills: killed.kills,
    medianMs: Math.round(inOrder[Math.floor(inOrder.length / 2)] ?? 0),
    slowestMs: Math.round(inOrder.at(-1) ?? 0),
    objectsAtTheEnd: killed.end.length,
    sameAsWithoutKills: killed.end.join('\n') === spared.end.join('\n'),
  });
  if (killed.end.join('\n') !== spared.end.join('\n')) {
    console.log(`with kills:\n${killed.end.join('\n')}\nwithout:\n${spared.end.join('\n')}`);
    process.exitCode = 1;
  }
}
