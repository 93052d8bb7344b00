/** Watch fan-out: the same events to very many open watches. */
import { once } from 'node:events';
import type { ClientHttp2Stream } from 'node:http2';
import { Connections } from '../connections.ts';
import { quantile } from '../load.ts';
import { configMapBody } from '../objects.ts';
import type { Measurement, Row, ServerUnderLoad } from '../row.ts';

/** Below the usual limit of 100 streams a connection. */
const STREAMS_PER_CONNECTION = 80;
const WRITERS = 8;
/** One watch in so many reads when each event was sent; all others only count lines. */
const SAMPLE = 25;
const PAYLOAD = 'z'.repeat(1000);
const SENT = '"sent":"';
/** Seconds after the last write that events may still take. */
const PATIENCE = 60;

export function fanOutRow(watchers: (server: ServerUnderLoad) => number, name: string): Row {
  return {
    name,
    what: `events of 1 kB to open watches: deliveries (${name})`,
    measure: (server) => fanOut(server, watchers(server)),
  };
}

async function fanOut(server: ServerUnderLoad, watchers: number): Promise<Measurement> {
  const { namespacePath, run, settings } = server;
  const label = `fan-${run}-${watchers}`;
  const connections = await Connections.open(server.access, Math.ceil(watchers / STREAMS_PER_CONNECTION));
  try {
    const start = await connections.expect({ path: `${namespacePath}/configmaps?limit=1` });
    const { resourceVersion } = (JSON.parse(start.toString()) as { metadata: { resourceVersion: string } }).metadata;
    const query = `watch=1&labelSelector=fan%3D${label}&resourceVersion=${resourceVersion}`;
    const latencies: number[] = [];
    const tally = new Tally(watchers * settings.events);
    const opened = Array.from({ length: watchers }, async (_, index) => {
      const stream = connections.open({ path: `${namespacePath}/configmaps?${query}` });
      const [{ ':status': status }] = (await once(stream, 'response')) as [{ ':status': number }];
      if (status !== 200) throw new Error(`watch: ${status}`);
      if (index % SAMPLE === 0) sampleLatencies(stream, latencies);
      countLines(stream, tally);
    });
    await Promise.all(opened);
    const started = performance.now();
    await sendEvents(server, connections, label);
    await Promise.race([tally.complete, once(AbortSignal.timeout(PATIENCE * 1000), 'abort')]);
    const elapsed = (performance.now() - started) / 1000;
    const missing = tally.expected - tally.count;
    return {
      value: tally.count / elapsed,
      unit: 'per second',
      figures: {
        watchers,
        'p50 ms': quantile(latencies, 0.5),
        'p99 ms': quantile(latencies, 0.99),
        ...(missing > 0 && { missing }),
      },
    };
  } finally {
    connections.close();
  }
}

async function sendEvents({ namespacePath, settings }: ServerUnderLoad, connections: Connections, label: string) {
  let next = 0;
  const write = async () => {
    while (next < settings.events) {
      const name = `${label}-${next++}`;
      const body = configMapBody(name, { sent: String(performance.now()), payload: PAYLOAD }, { fan: label });
      await connections.expect({ method: 'POST', path: `${namespacePath}/configmaps`, body });
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}

class Tally {
  count = 0;
  readonly expected: number;
  readonly complete: Promise<void>;
  readonly #resolve: () => void;

  constructor(expected: number) {
    this.expected = expected;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.complete = promise;
    this.#resolve = resolve;
  }

  add(lines: number): void {
    this.count += lines;
    if (this.count >= this.expected) this.#resolve();
  }
}

function countLines(stream: ClientHttp2Stream, tally: Tally): void {
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    let lines = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
    tally.add(lines);
  });
}

function sampleLatencies(stream: ClientHttp2Stream, latencies: number[]): void {
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const now = performance.now();
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const at = line.indexOf(SENT) + SENT.length;
      latencies.push(now - Number(line.slice(at, line.indexOf('"', at))));
    }
  });
}

const MANY = 1000;

export const watchRows: readonly Row[] = [
  fanOutRow(({ settings }) => settings.watchers, 'watch'),
  fanOutRow(() => MANY, `watch-${MANY}`),
];
