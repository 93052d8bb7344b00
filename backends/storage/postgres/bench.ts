/** Figures of a store: `node bench.ts postgres://…` (a schema of its own, dropped at the end). Prints one line a figure. */
import { parseArgs } from 'node:util';
import pg from 'pg';
import { createPostgresStorage } from './postgres-storage.ts';
import type { Storage } from '../interface.ts';

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

export async function benchStorage(storage: Storage, other: Storage | undefined): Promise<string[]> {
  const lines: string[] = [];
  await timed(300, (index) => storage.create(`/warm/${index}`, VALUE));
  lines.push(`lone write: ${percentiles(await timed(2000, (index) => storage.create(`/lone/${index}`, VALUE)))}`);
  lines.push(`get: ${percentiles(await timed(1000, (index) => storage.get(`/lone/${index}`)))}`);
  lines.push(`currentRevision: ${percentiles(await timed(1000, () => storage.currentRevision()))}`);
  for (const inFlight of [8, 64, 256]) {
    const rates: number[] = [];
    for (let run = 0; run < 3; run++) {
      rates.push(await writesPerSecond(storage, `/rate/${inFlight}/${run}/`, inFlight, inFlight * 300));
    }
    lines.push(`${inFlight} in flight: ${rates.map(Math.round).join(', ')} writes/s`);
  }
  if (other !== undefined) {
    lines.push(`notify, acknowledged to delivered elsewhere: ${percentiles(await notifyLatency(storage, other))}`);
  }
  await Promise.all(Array.from({ length: 10_000 }, (_, index) => storage.create(`/list/${index}`, VALUE)));
  lines.push(`list of 10,000: ${percentiles(await timed(10, () => storage.list('/list/')))}`);
  lines.push(`page of 500: ${percentiles(await timed(100, () => storage.list('/list/', { limit: 500 })))}`);
  return lines;
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

if (import.meta.main) {
  const { positionals } = parseArgs({ allowPositionals: true });
  const connectionString = positionals[0] ?? 'postgres:///postgres';
  const schema = `portico_bench_${process.pid}`;
  const options = { connectionString, schema, compactionInterval: 0, onEvent: console.error };
  const storage = await createPostgresStorage(options);
  const other = await createPostgresStorage(options);
  for (const line of await benchStorage(storage, other)) {
    console.log(line);
  }
  await Promise.all([storage.close(), other.close()]);
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(`drop schema ${pg.escapeIdentifier(schema)} cascade`);
  await client.end();
}
