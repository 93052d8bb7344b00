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
    const text = networkErrorText(cause, address);
    super(
      cause instanceof BrokenOff
        ? `unexpected error when reading response body. Please retry. Original error: ${cause.message}`
        : `${method} ${JSON.stringify(url)}: ${text}`,
    );
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

/** The answer has begun, but it does not end as it should. */
class BrokenOff extends Error {
  constructor({ message }: Error) {
    super(message === 'aborted' ? 'unexpected EOF' : message);
  }
}

interface OneExchange extends ExchangeOptions {
  readonly address: RemoteAddress;
  readonly serverName: string;
}

async function once(url: string, options: OneExchange): Promise<RemoteAnswer> {
  const { clock, tls, headers, body, timeout, maxBytes, agent, signal, address, serverName } = options;
  const { promise, resolve, reject } = Promise.withResolvers<RemoteAnswer>();
  let ended: Error | undefined;
  let hasBegun = false;
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
      hasBegun = true;
      const chunks: Buffer[] = [];
      let length = 0;
      answer.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length <= maxBytes) chunks.push(chunk);
        else end(`the answer is longer than ${maxBytes} bytes`);
      });
      answer.on('end', () =>
        resolve({ code: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
      answer.on('error', (error) => reject(new BrokenOff(ended ?? error)));
    },
  );
  asked.on('error', (error: NodeJS.ErrnoException) => {
    if (hasBegun) reject(new BrokenOff(error));
    else reject(asked.reusedSocket && error.code === 'ECONNRESET' ? new KeptTooLong() : error);
  });
  asked.end(body);
  const end = (why: string): void => {
    ended = new Error(why);
    asked.destroy(ended);
  };
  const cancel = clock.after(timeout, () => end(deadlineExceeded));
  const onAbort = () => end('context canceled');
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  try {
    return await promise;
  } finally {
    cancel();
    signal?.removeEventListener('abort', onAbort);
  }
}
