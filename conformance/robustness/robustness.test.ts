/** Short runs of the robustness commands, and proof that their model notices what it is there for. */
import test from 'ava';
import { checkHistories } from './check-histories.ts';
import { crashRounds, type Victim } from './crash-rounds.ts';
import type { ObjectState, Operation, Sighting, Write } from './history.ts';
import { partRounds } from './part-rounds.ts';
import { findPostgresBinaries } from './postgres-cluster.ts';
import { threeServers } from './three-servers.ts';

const SEED = 20_261_121;

for (const kill of ['server', 'database', 'postmaster', 'both'] satisfies Victim[]) {
  test.serial(`after kill -9 of ${kill} no acknowledged write is lost and watchers miss nothing`, async (t) => {
    const report = await crashRounds({ rounds: 2, seconds: 0.5, kill, writers: 16, watchers: 2, seed: SEED });
    t.log(`${report.acknowledged} writes acknowledged, ${report.uncertain} uncertain, ${report.events} events seen`);
    t.deepEqual(report.violations, []);
    t.true(report.acknowledged > 0);
  });
}

test.serial('a cluster comes to rest as wanted, whichever of its parts is killed', async (t) => {
  // The seed of which each part has its turn.
  const { kills, end } = await partRounds({ rounds: 5, seed: 70, kill: 'each' });
  t.deepEqual(Object.values(kills), [1, 1, 1, 1, 1]);
  t.true(end.length > 1);
});

const binaries = findPostgresBinaries();
const onPostgres = binaries === undefined ? test.serial.skip : test.serial;
onPostgres('watchers of three servers on one PostgreSQL see the same events in the same order', async (t) => {
  const options = { binaries: binaries ?? '', seconds: 4, rate: 300, terminateEvery: 2, seed: SEED };
  const report = await threeServers(options);
  t.log(`${report.acknowledged} writes acknowledged, ${report.events} events seen by ${report.watchers} watchers`);
  t.deepEqual(report.violations, []);
  t.true(report.acknowledged > 0);
});

const writes: readonly Write[] = [
  write('create', 1, 10),
  write('update', 2, 11),
  write('delete', 2, undefined),
  write('create', 4, 14),
];
const sightings: readonly Sighting[] = [
  seen('ADDED', 1, 10),
  seen('MODIFIED', 2, 11),
  seen('DELETED', 2, 13),
  seen('ADDED', 4, 14),
];

const stories: Readonly<Record<string, { sightings?: readonly Sighting[]; list?: ObjectState; violations: number }>> = {
  'a true story': { violations: 0 },
  'a missing event': { sightings: sightings.toSpliced(1, 1), violations: 1 },
  'a repeated event': { sightings: sightings.toSpliced(2, 0, seen('MODIFIED', 2, 11)), violations: 1 },
  'a wrong resourceVersion': { sightings: sightings.with(0, seen('ADDED', 1, 9)), violations: 1 },
  'a wrong value': { sightings: sightings.with(3, seen('ADDED', 3, 14)), violations: 1 },
  'a lost write': { list: { count: 2, resourceVersion: 11 }, violations: 1 },
};

for (const [name, { sightings: told, list, violations }] of Object.entries(stories)) {
  test(`the model tells ${name}`, (t) => {
    const states = new Map([['a', { count: 4, resourceVersion: 14 }]]);
    const lines = checkHistories({
      writers: [{ writes, states, violations: [] }],
      watchers: [{ sightings: told ?? sightings, states, relists: 0, violations: [] }],
      lists: [new Map([['a', list ?? { count: 4, resourceVersion: 14 }]])],
    });
    t.is(lines.length, violations, lines.join('\n'));
  });
}

test('the model tells watchers that saw different orders', (t) => {
  const other = write('create', 1, 12, 'b');
  const all = [...sightings, seen('ADDED', 1, 12, 'b')];
  const states = new Map([
    ['a', { count: 4, resourceVersion: 14 }],
    ['b', { count: 1, resourceVersion: 12 }],
  ]);
  const watcher = (seenInOrder: readonly Sighting[]) => ({
    sightings: seenInOrder,
    states,
    relists: 0,
    violations: [],
  });
  const lines = checkHistories({
    writers: [{ writes: [...writes, other], states, violations: [] }],
    watchers: [watcher(all), watcher(all.toSorted((a, b) => a.resourceVersion - b.resourceVersion))],
    lists: [states],
  });
  t.regex(lines.join('\n'), /^two watchers differ at event 2:/);
});

function write(operation: Operation, count: number, resourceVersion: number | undefined, key = 'a'): Write {
  return { key, operation, count, resourceVersion };
}

function seen(type: Sighting['type'], count: number, resourceVersion: number, key = 'a'): Sighting {
  return { key, type, count, resourceVersion };
}
