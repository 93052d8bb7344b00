/** One request to another server over HTTPS and its whole answer, in bounded time and size; redirections are not followed. */
import type { IncomingHttpHeaders } from 'node:http';
import { type Agent, request } from 'node:https';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { deadlineExceeded, networkErrorText } from './network-error.ts';
import type { RemoteAddress } from './service-resolver.ts';

/** PEM each. */
export interface RemoteTls {
  /** Who vouches for the other server; unset: the system's authorities. */
  readonly authority?: string | undefined;
  /** What this server shows. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** Whoever answers is believed. */
  readonly insecure?: boolean | undefined;
  /** The name that the certificate must have; unset: the URL's host. */
  readonly serverName?: string | undefined;
}

export interface ExchangeOptions {
  readonly clock: Clock;
  readonly tls: RemoteTls;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent by POST; unset: GET. */
  readonly body?: Buffer | undefined;
  /** Milliseconds for all of it. */
  readonly timeout: number;
  /** Of the answer. */
  readonly maxBytes: number;
  /** Where to connect; unset: where the URL says. */
  readonly address?: RemoteAddress | undefined;
  /** Unset: a connection of its own. */
  readonly agent?: Agent;
  readonly signal?: AbortSignal | undefined;
}

export interface RemoteAnswer {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** There is no answer; the message is as Go words it. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
  /** Of the system: ECONNRESET, ENOTFOUND … */
  readonly code: string | undefined;
  constructor(method: string, url: string, cause: unknown, address: RemoteAddress) {
    super(`${method} ${JSON.stringify(url)}: ${networkErrorText(cause, address)}`);
    this.code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  }
}

/** @throws NoAnswer */
export async function exchange(url: string, options: ExchangeOptions): Promise<RemoteAnswer> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const address = options.address ?? { host, port: port === '' ? 443 : Number(port) };
  for (;;) {
    try {
      return await once(url, { ...options, address, serverName: options.tls.serverName ?? host });
    } catch (error) {
      // A connection that was kept, and that the other side has closed meanwhile, says nothing of the server.
      if (!(error instanceof KeptTooLong))
        throw new NoAnswer(options.body === undefined ? 'Get' : 'Post', url, error, address);
    }
  }
}

class KeptTooLong extends Error {}

interface OneExchange extends ExchangeOptions {
  readonly address: RemoteAddress;
  readonly serverName: string;
}

async function once(url: string, options: OneExchange): Promise<RemoteAnswer> {
  const { clock, tls, headers, body, timeout, maxBytes, agent, signal, address, serverName } = options;
  const { promise, resolve, reject } = Promise.withResolvers<RemoteAnswer>();
  const asked = request(
    url,
    {
      method: body === undefined ? 'GET' : 'POST',
      hostname: address.host,
      port: address.port,
      setHost: false,
      headers: {
        host: new URL(url).host,
        accept: 'application/json, */*',
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length }),
        ...headers,
      },
      servername: /^[\d.]+$|:/.test(serverName) ? '' : serverName,
      ...(tls.authority === undefined ? {} : { ca: tls.authority }),
      ...(tls.certificate === undefined ? {} : { cert: tls.certificate, key: tls.key }),
      ...(tls.insecure === true ? { rejectUnauthorized: false } : {}),
      agent: agent ?? false,
    },
    (answer) => {
      const chunks: Buffer[] = [];
      let length = 0;
      answer.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length <= maxBytes) chunks.push(chunk);
        else asked.destroy(new Error(`the answer is longer than ${maxBytes} bytes`));
      });
      answer.on('end', () =>
        resolve({ code: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
      answer.on('error', reject);
    },
  );
  asked.on('error', (error: NodeJS.ErrnoException) =>
    reject(asked.reusedSocket && error.code === 'ECONNRESET' ? new KeptTooLong() : error),
  );
  asked.end(body);
  const cancel = clock.after(timeout, () => asked.destroy(new Error(deadlineExceeded)));
  const onAbort = () => asked.destroy(new Error('context canceled'));
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  try {
    return await promise;
  } finally {
    cancel();
    signal?.removeEventListener('abort', onAbort);
  }
}
