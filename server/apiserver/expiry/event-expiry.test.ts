/** Events end some time after their last write, over several servers, and are seen to go by watchers. */
import test from 'ava';
import { createMemoryStorage } from '../../../backends/storage/memory/memory-storage.ts';
import { type CacherBench, namesOf, podKey, podValue, settle, startCacherOn } from '../cacher/cacher-harness.ts';
import { EventExpiry, startEventExpiry } from './event-expiry.ts';

const hour = 3_600_000;
const minute = 60_000;

function expiryOf({ storage, pods, cacher, clock }: CacherBench) {
  const trouble: unknown[] = [];
  const parts = {
    storage,
    cache: pods,
    revision: () => cacher.revision,
    clock,
    random: { uuid: () => '', bytes: () => new Uint8Array(), fraction: () => 0.5 },
    signal: new AbortController().signal,
    onError: (error: unknown) => void trouble.push(error),
    timeToLive: hour,
  };
  return { parts, trouble };
}

async function namesLeft({ pods }: CacherBench): Promise<string> {
  return namesOf((await pods.list({})).items);
}

test('what was written longer ago than its time goes, what was written again stays', async (t) => {
  const bench = await startCacherOn(createMemoryStorage());
  const expiry = new EventExpiry(expiryOf(bench).parts);
  await bench.put(podKey('default', 'old'));
  await bench.put(podKey('default', 'repeated'));
  const watcher = bench.watch();
  for (let passed = 0; passed < 59; passed++) {
    bench.clock.advance(minute);
    await expiry.sweep();
    if (passed === 30) await bench.put(podKey('default', 'repeated'), { node: 'again' });
  }
  t.is(await namesLeft(bench), 'default/old default/repeated');
  bench.clock.advance(2 * minute);
  await expiry.sweep();
  await settle(bench.clock, 0);
  t.is(await namesLeft(bench), 'default/repeated');
  t.true(watcher.events.some(({ type, key }) => type === 'DELETED' && key.endsWith('default/old')));
  bench.clock.advance(hour);
  await expiry.sweep();
  await settle(bench.clock, 0);
  t.is(await namesLeft(bench), '');
});

test('what was there before the server was ends by its own times', async (t) => {
  const inner = createMemoryStorage();
  const key = podKey('default', 'early');
  const event = JSON.parse(podValue(key).toString()) as { metadata: Record<string, unknown> };
  const seen = new Date(1_000_000 - 5 * minute).toISOString();
  event.metadata.creationTimestamp = new Date(1_000_000 - 10 * minute).toISOString();
  await inner.create(key, Buffer.from(JSON.stringify({ ...event, lastTimestamp: seen })));
  const bench = await startCacherOn(inner);
  const expiry = new EventExpiry(expiryOf(bench).parts);
  bench.clock.advance(54 * minute);
  await expiry.sweep();
  t.is(await namesLeft(bench), 'default/early');
  bench.clock.advance(2 * minute);
  await expiry.sweep();
  await settle(bench.clock, 0);
  t.is(await namesLeft(bench), '');
});

test('servers that sweep one store at once do not get in each other’s way', async (t) => {
  const inner = createMemoryStorage();
  const benches = [await startCacherOn(inner), await startCacherOn(inner)] as const;
  const [first, second] = benches;
  const sweeps = benches.map((bench) => expiryOf(bench));
  const expiries = sweeps.map(({ parts }) => new EventExpiry(parts));
  for (let at = 0; at < 250; at++) await first.put(podKey('default', `event-${at}`));
  await settle(second.clock, 0);
  const sweepAll = () => Promise.all(expiries.map((expiry) => expiry.sweep()));
  for (const bench of benches) bench.clock.advance(minute);
  await sweepAll();
  for (const bench of benches) bench.clock.advance(hour + minute);
  await sweepAll();
  await settle(first.clock, 0);
  t.is(await namesLeft(first), '');
  t.deepEqual(
    sweeps.flatMap(({ trouble }) => trouble),
    [],
  );
});

test('sweeps follow each other until the server stops, also after one that failed', async (t) => {
  const bench = await startCacherOn(createMemoryStorage());
  const abort = new AbortController();
  const { parts, trouble } = expiryOf(bench);
  let swept = 0;
  const cache = Object.create(bench.pods, {
    size: {
      get() {
        swept++;
        if (swept === 2) throw new Error('once');
        return 0;
      },
    },
  }) as typeof bench.pods;
  startEventExpiry({ ...parts, cache, signal: abort.signal });
  for (let round = 0; round < 4; round++) await settle(bench.clock, 4 * minute);
  t.true(swept > 5, String(swept));
  t.is(trouble.length, 1);
  abort.abort();
  const before = swept;
  await settle(bench.clock, 4 * minute);
  t.is(swept, before);
});
