/** A remote command over SPDY: the client opens a stream for each of stdin, stdout, stderr, error and resize. */
import type { Duplex } from 'node:stream';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { STREAM_CREATION_TIMEOUT_MS } from './limits.ts';
import type { CommandConnection, WantedStreams } from './remote-command.ts';
import { SpdyConnection, type SpdyStream } from './spdy/spdy-connection.ts';

/** The newest first; each is taken if the client knows it. */
export const spdyCommandProtocols = [
  'v4.channel.k8s.io',
  'v3.channel.k8s.io',
  'v2.channel.k8s.io',
  'channel.k8s.io',
] as const;

export interface SpdyCommandParts {
  readonly socket: Duplex;
  readonly protocol: string;
  readonly wanted: WantedStreams;
  readonly clock: Clock;
}

/** Resolves once all streams are there; with undefined if they do not come. */
export function spdyCommand({
  socket,
  protocol,
  wanted,
  clock,
}: SpdyCommandParts): Promise<CommandConnection | undefined> {
  const knowsResize = protocol === 'v4.channel.k8s.io' || protocol === 'v3.channel.k8s.io';
  const expected = new Set(['error']);
  for (const name of ['stdin', 'stdout', 'stderr'] as const) if (wanted[name]) expected.add(name);
  if (wanted.tty && knowsResize) expected.add('resize');
  const streams = new Map<string, SpdyStream>();
  const gone = new AbortController();
  return new Promise((resolve) => {
    const connection = new SpdyConnection(socket, (stream) => {
      const type = stream.headers.get('streamtype') ?? '';
      if (!expected.has(type) || streams.has(type)) {
        stream.reset();
        return;
      }
      streams.set(type, stream);
      if (streams.size === expected.size) {
        cancel();
        resolve(
          commandOver(connection, streams, { tellsStatus: protocol === 'v4.channel.k8s.io', signal: gone.signal }),
        );
      }
    });
    const cancel = clock.after(STREAM_CREATION_TIMEOUT_MS, () => {
      connection.close();
      resolve(undefined);
    });
    void connection.run().then(() => {
      cancel();
      gone.abort();
      resolve(undefined);
    });
  });
}

function commandOver(
  connection: SpdyConnection,
  streams: ReadonlyMap<string, SpdyStream>,
  { tellsStatus, signal }: Pick<CommandConnection, 'tellsStatus' | 'signal'>,
): CommandConnection {
  const writer = (name: string) => {
    const stream = streams.get(name);
    return stream === undefined ? undefined : (chunk: Uint8Array) => stream.write(chunk);
  };
  return {
    stdin: streams.get('stdin')?.data,
    stdout: writer('stdout'),
    stderr: writer('stderr'),
    resize: streams.get('resize')?.data,
    tellsStatus,
    signal,
    finish(message) {
      for (const name of ['stdout', 'stderr']) streams.get(name)?.end();
      const error = streams.get('error');
      if (message !== '') error?.write(Buffer.from(message));
      error?.end();
      connection.close();
    },
  };
}
