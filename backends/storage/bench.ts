/**
 * Figures of the stores, one line each: `node bench.ts` for the embedded one, `node bench.ts postgres://…` for a database
 * (in a schema of its own, dropped at the end), `node bench.ts memory`.
 */
import { parseArgs } from 'node:util';
import pg from 'pg';
import { createEmbeddedStorage } from './embedded/embedded-storage.ts';
import type { Storage } from './interface.ts';
import { createMemoryStorage } from './memory/memory-storage.ts';
import { createPostgresStorage } from './postgres/postgres-storage.ts';

const VALUE = Buffer.from(JSON.stringify({ data: 'x'.repeat(2000) }));

/** Milliseconds, sorted. */
async function timed(count: number, call: (index: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    await call(index);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}

function percentiles(times: readonly number[]): string {
  const at = (fraction: number) => (times[Math.floor(times.length * fraction)] ?? 0).toFixed(3);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}

/** Writes a second, each of `inFlight` writers creating and updating its own keys. */
async function writesPerSecond(storage: Storage, prefix: string, inFlight: number, count: number): Promise<number> {
  const start = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async (_, writer) => {
      let revision = 0;
      for (let index = 0; index < count / inFlight; index++) {
        const key = `${prefix}${writer}-${index >> 1}`;
        revision = (
          revision === 0 || index % 2 === 0
            ? await storage.create(key, VALUE)
            : await storage.update(key, VALUE, revision)
        ).revision;
      }
    }),
  );
  return (count / (performance.now() - start)) * 1000;
}

async function bench(storage: Storage, openOther: (() => Promise<Storage>) | undefined): Promise<void> {
  await timed(300, (index) => storage.create(`/warm/${index}`, VALUE));
  console.log(`lone write: ${percentiles(await timed(2000, (index) => storage.create(`/lone/${index}`, VALUE)))}`);
  console.log(`get: ${percentiles(await timed(1000, (index) => storage.get(`/lone/${index}`)))}`);
  console.log(`currentRevision: ${percentiles(await timed(1000, () => storage.currentRevision()))}`);
  for (const inFlight of [8, 64, 256]) {
    const rates: number[] = [];
    for (let run = 0; run < 3; run++) {
      rates.push(await writesPerSecond(storage, `/rate/${inFlight}/${run}/`, inFlight, inFlight * 300));
    }
    console.log(`${inFlight} in flight: ${rates.map(Math.round).join(', ')} writes/s`);
  }
  await Promise.all(Array.from({ length: 10_000 }, (_, index) => storage.create(`/list/${index}`, VALUE)));
  console.log(`list of 10,000: ${percentiles(await timed(10, () => storage.list('/list/')))}`);
  console.log(`page of 500: ${percentiles(await timed(100, () => storage.list('/list/', { limit: 500 })))}`);
  const revision = (await storage.currentRevision()) - 5000;
  console.log(
    `page of 500, 5,000 writes ago: ${percentiles(await timed(20, () => storage.list('/list/', { limit: 500, revision })))}`,
  );
  if (openOther !== undefined) {
    const other = await openOther();
    console.log(`notify, acknowledged to delivered elsewhere: ${percentiles(await notifyLatency(storage, other))}`);
    await other.close();
  }
}

async function notifyLatency(writer: Storage, watcher: Storage): Promise<number[]> {
  const stop = new AbortController();
  let seen: (() => void) | undefined;
  const sink = { events: () => seen?.(), error: (error: Error) => console.error(error) };
  await watcher.watch('/notify/', await writer.currentRevision(), sink, stop.signal);
  const times: number[] = [];
  for (let index = 0; index < 1000; index++) {
    const { promise, resolve } = Promise.withResolvers<number>();
    seen = () => resolve(performance.now());
    await writer.create(`/notify/${index}`, VALUE);
    const acknowledged = performance.now();
    times.push((await promise) - acknowledged);
  }
  stop.abort();
  return times.sort((a, b) => a - b);
}

const [target = 'embedded'] = parseArgs({ allowPositionals: true }).positionals;
if (target === 'memory') {
  await bench(createMemoryStorage(), undefined);
} else if (target === 'embedded') {
  const started = performance.now();
  const storage = await createEmbeddedStorage({ compactionInterval: 0 });
  console.log(`start with a new data folder: ${(performance.now() - started).toFixed(0)} ms`);
  await bench(storage, undefined);
  await storage.close();
} else {
  const schema = `portico_bench_${process.pid}`;
  const options = { connectionString: target, schema, compactionInterval: 0 };
  const storage = await createPostgresStorage(options);
  await bench(storage, () => createPostgresStorage(options));
  await storage.close();
  const client = new pg.Client({ connectionString: target });
  await client.connect();
  await client.query(`drop schema ${pg.escapeIdentifier(schema)} cascade`);
  await client.end();
}
