/** …/containerLogs: the lines of a container that are asked for. */
import type { LogLine, Runtime } from '../../../backends/runtime/interface.ts';

export interface LogOptions {
  readonly follow: boolean;
  readonly timestamps: boolean;
  /** Of the end; undefined: all. */
  readonly tailLines: number | undefined;
  /** Milliseconds since the epoch. */
  readonly since: number | undefined;
  readonly limitBytes: number | undefined;
  readonly signal: AbortSignal;
}

export function logOptions(query: URLSearchParams, now: number): Omit<LogOptions, 'signal'> {
  const number = (name: string) => (query.has(name) ? Number(query.get(name)) : undefined);
  const [seconds, time] = [number('sinceSeconds'), Date.parse(query.get('sinceTime') ?? '')];
  const isAsked = (name: string) => query.get(name) === 'true';
  return {
    follow: isAsked('follow'),
    timestamps: isAsked('timestamps'),
    tailLines: number('tailLines'),
    since: seconds === undefined ? (Number.isNaN(time) ? undefined : time) : now - seconds * 1000,
    limitBytes: number('limitBytes'),
  };
}

export async function* logText(
  runtime: Runtime,
  containerId: string,
  options: LogOptions,
): AsyncGenerator<Buffer, undefined> {
  const { follow, signal, since = 0, tailLines } = options;
  let skip = 0;
  if (tailLines !== undefined) {
    // Counted first: what is printed meanwhile belongs to the end.
    let count = 0;
    for await (const line of runtime.logs(containerId, { follow: false, signal })) if (line.time >= since) count++;
    skip = Math.max(count - tailLines, 0);
  }
  let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  for await (const line of runtime.logs(containerId, { follow, signal })) {
    if (line.time < since || skip-- > 0) continue;
    const bytes = Buffer.from(textOf(line, options.timestamps));
    yield bytes.length <= left ? bytes : bytes.subarray(0, left);
    left -= bytes.length;
    if (left <= 0) return;
  }
}

function textOf({ time, text, isPartial }: LogLine, timestamps: boolean): string {
  const end = isPartial === true ? '' : '\n';
  if (!timestamps) return text + end;
  // RFC 3339 with nine digits, as container runtimes write it.
  return `${new Date(time).toISOString().replace('Z', '000000Z')} ${text}${end}`;
}
