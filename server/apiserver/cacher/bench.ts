/** Figures of the cacher: `node --expose-gc server/apiserver/cacher/bench.ts`; one line each, lowest of several rounds. */
import type { Storage, StorageEvent, WatchSink } from '../../../backends/storage/interface.ts';
import { systemClock } from '../../apimachinery/clock/clock.ts';
import { lineEncoder, podKey, podResource, selectorOf } from './cacher-harness.ts';
import { createCacher } from './create-cacher.ts';
import type { Cacher, EventEncoder, EventSink, ListResult, ResourceCache, WatchRequest } from './interface.ts';
import type { CacherLimits } from './limits.ts';

/** A store that only feeds: what it costs is not the cacher's. */
class FeedingStorage implements Storage {
  sink: WatchSink | undefined;
  revision = 1;
  readonly #items: number;
  readonly #size: number;
  readonly #asked = Promise.resolve(1);

  constructor(items: number, size: number) {
    this.#items = items;
    this.#size = size;
  }

  async list(
    _prefix: string,
    { startAfter = '', limit = 0 }: { startAfter?: string; limit?: number } = {},
  ): ReturnType<Storage['list']> {
    const first = startAfter === '' ? 0 : Number(startAfter.slice(-6)) + 1;
    const count = Math.min(limit, this.#items - first);
    const items = Array.from({ length: count }, (_, i) => ({
      key: keyOf(first + i),
      value: podOf(first + i, this.#size),
      revision: 1,
    }));
    return { items, revision: 1, more: first + count < this.#items };
  }

  async watch(_prefix: string, _after: number, sink: WatchSink): Promise<void> {
    this.sink = sink;
  }

  put(events: ReadonlyArray<Pick<StorageEvent, 'key' | 'value' | 'previousRevision'>>): void {
    this.sink?.events(
      events.map((event) => ({ ...event, type: 'put' as const, revision: ++this.revision })),
      this.revision,
    );
  }

  currentRevision = (): Promise<number> => this.#asked;
  status = (): ReturnType<Storage['status']> => ({ available: true, message: '', compactedRevision: 1 });
  get = refuse;
  create = refuse;
  update = refuse;
  delete = refuse;
  compact = refuse;
  close = refuse;
}

async function refuse(): Promise<never> {
  throw new Error('not here');
}

const NAMESPACES = 50;

function keyOf(number: number): string {
  const digits = String(number).padStart(6, '0');
  return podKey(`namespace-${String(Math.floor(number / 1000)).padStart(3, '0')}`, `deployment-7d4b9c6f5-${digits}`);
}

function podOf(number: number, size: number): Buffer {
  const key = keyOf(number);
  const [namespace, name] = key.split('/').slice(-2);
  const uid = `0f8fad5b-d9cb-469f-a165-${String(number).padStart(12, '0')}`;
  const labels = { app: `app-${number % 500}`, 'pod-template-hash': '7d4b9c6f5', tier: 'backend' };
  const metadata = {
    name,
    generateName: 'deployment-7d4b9c6f5-',
    namespace,
    uid,
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels,
  };
  const object = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata,
    spec: { nodeName: `node-${number % 1000}`, padding: '' },
    status: { phase: 'Running' },
  };
  object.spec.padding = 'x'.repeat(Math.max(0, size - JSON.stringify(object).length));
  return Buffer.from(JSON.stringify(object));
}

const { signal } = new AbortController();

async function start(
  items: number,
  size: number,
  limits: Partial<CacherLimits> = {},
): Promise<{ cacher: Cacher; pods: ResourceCache; storage: FeedingStorage }> {
  const storage = new FeedingStorage(items, size);
  const cacher = createCacher({ storage, clock: systemClock, resources: [podResource], signal, limits });
  await cacher.ready();
  return { cacher, pods: cacher.resource(podResource), storage };
}

/** Nanoseconds a call, the lowest of nine rounds. */
function measure(calls: number, run: (call: number) => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 9; round++) {
    const from = systemClock.monotonic();
    for (let call = 0; call < calls; call++) run(call);
    best = Math.min(best, ((systemClock.monotonic() - from) * 1e6) / calls);
  }
  return best;
}

function report(what: string, value: number, unit: string): void {
  console.log(`${what.padEnd(74)} ${value >= 100 ? Math.round(value) : value.toPrecision(3)} ${unit}`);
}

function collect(): NodeJS.MemoryUsage {
  for (let i = 0; i < 4; i++) (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage();
}

const noSink: EventSink = { write() {}, pending: 0, end() {} };

function watch(pods: ResourceCache, request: Partial<WatchRequest>): void {
  pods.watch({ from: { after: 1 }, bookmarks: false, encoder: jsonEncoder, sink: noSink, signal, ...request });
}

const head = Buffer.from('{"type":"MODIFIED","object":{"kind":"Pod","apiVersion":"v1"');
const tail = Buffer.from('}\n');
const jsonEncoder: EventEncoder = {
  ...lineEncoder('json'),
  encode: (_type, { bytes }) => Buffer.concat([head, bytes, tail]),
};

async function memory(): Promise<void> {
  const before = collect();
  const from = systemClock.monotonic();
  const { pods, cacher } = await start(50_000, 3000);
  const took = systemClock.monotonic() - from;
  const after = collect();
  const each = (key: 'rss' | 'heapUsed' | 'external'): number => (after[key] - before[key]) / pods.size;
  report('load of 50,000 pods of 3 kB (with making them)', took, 'ms');
  report('memory an entry: resident', each('rss'), 'B');
  report('memory an entry: heap', each('heapUsed'), 'B');
  report('memory an entry: bytes off the heap', each('external'), 'B');
  const time = (run: () => unknown): number => {
    const start = systemClock.monotonic();
    run();
    return systemClock.monotonic() - start;
  };
  report(
    'first list by label (builds the index)',
    time(() => pods.list({ selector: selectorOf('app=app-7') })),
    'ms',
  );
  report('memory an entry with labels read and indexed: heap', (collect().heapUsed - before.heapUsed) / pods.size, 'B');
  report(
    'first list by spec.nodeName (parses all)',
    time(() => pods.list({ selector: selectorOf('spec.nodeName=node-7') })),
    'ms',
  );
  report(
    'memory an entry with labels and fields read and indexed: heap',
    (collect().heapUsed - before.heapUsed) / pods.size,
    'B',
  );
  report(
    'list by label, 100 of 50,000',
    measure(200, () => pods.list({ selector: selectorOf('app=app-7') })) / 1000,
    'µs',
  );
  report(
    'list by node, 50 of 50,000',
    measure(200, () => pods.list({ selector: selectorOf('spec.nodeName=node-7') })) / 1000,
    'µs',
  );
  report(
    'list of a namespace, 1,000 of 50,000',
    measure(200, () => pods.list({ namespace: 'namespace-007' })) / 1000,
    'µs',
  );
  report('page of 500 of 50,000, with its snapshot', measure(200, () => pods.list({ limit: 500 })) / 1000, 'µs');
  report(
    'get',
    measure(100_000, (call) => pods.get(keyOf(0).replace('000000', String(call % 1000).padStart(6, '0')))),
    'ns (making the key included)',
  );
  const keys = Array.from({ length: 50_000 }, (_, i) => keyOf((i * 7919) % 50_000));
  report(
    'get, key at hand',
    measure(50_000, (call) => pods.get(keys[call] ?? '')),
    'ns',
  );
  const waited = systemClock.monotonic();
  for (let i = 0; i < 100_000; i++) await cacher.waitUntilConsistent();
  report('waitUntilConsistent, awaited, already fresh', (systemClock.monotonic() - waited) * 10, 'ns');
  report('full garbage collection', time(() => collect()) / 4, 'ms');
  await cacher.stop();
}

async function fanOut(): Promise<void> {
  for (const watchers of [0, 1, 300, 1000]) {
    const { pods, storage, cacher } = await start(1000, 2000, { coalesceAfterWrites: 1e12 });
    for (let i = 0; i < watchers; i++) watch(pods, {});
    const revisions = new Array<number>(1000).fill(1);
    const values = Array.from({ length: 1000 }, (_, i) => podOf(i, 2000));
    const write = (number: number, batch: number): void => {
      const events = Array.from({ length: batch }, (_, i) => {
        const at = (number * batch + i) % 1000;
        return { key: keyOf(at), value: values[at] ?? Buffer.alloc(0), previousRevision: revisions[at] ?? 0 };
      });
      storage.put(events);
      events.forEach((_, i) => {
        revisions[(number * batch + i) % 1000] = storage.revision - batch + 1 + i;
      });
    };
    const alone = measure(2000, (call) => write(call, 1));
    report(
      `event to ${watchers} watchers of one group`,
      alone / 1000,
      `µs (${Math.round((watchers * 1e9) / alone)} deliveries/s)`,
    );
    if (watchers === 1000) {
      const batched = measure(400, (call) => write(call, 8)) / 8;
      report(
        `event to ${watchers} watchers, 8 a batch`,
        batched / 1000,
        `µs (${Math.round((watchers * 1e9) / batched)} deliveries/s)`,
      );
    }
    await cacher.stop();
  }
  const { pods, storage, cacher } = await start(1000, 2000, { coalesceAfterWrites: 1e12 });
  for (let i = 0; i < 5000; i++) watch(pods, { selector: selectorOf(`spec.nodeName=other-${i}`) });
  for (let i = 0; i < 5000; i++)
    watch(pods, { namespace: 'namespace-000', selector: selectorOf(`metadata.name=other-${i}`) });
  let revision = 1;
  const value = podOf(1, 2000);
  const cost = measure(2000, () => {
    storage.put([{ key: keyOf(1), value, previousRevision: revision }]);
    revision = storage.revision;
  });
  report('event that concerns none of 10,000 watchers of other nodes and names', cost / 1000, 'µs');
  await cacher.stop();
}

async function bigList(): Promise<void> {
  const { pods, cacher } = await start(5000, 4000);
  report('list of 5,000, no bytes touched', measure(200, () => pods.list({})) / 1000, 'µs');
  const concat = measure(5, () => Buffer.concat((pods.list({}) as ListResult).items.map(({ bytes }) => bytes)));
  report('list of 5,000 of 4 kB, concatenated (20 MB)', concat / 1e6, 'ms');
  await cacher.stop();
}

console.log(`Node ${process.version}; ${NAMESPACES} namespaces`);
await memory();
await fanOut();
await bigList();
