/** An HTTP/2 client on several connections that does as little as it can: raw paths in, bytes out. */
import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import type { ServerAccess } from '../conformance/differential/kubeconfig.ts';

export interface Exchange {
  readonly method?: string;
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
}

export interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

/** Bytes that a server may send before we have read them; the default of 64 kB would measure round trips. */
const WINDOW = 16 * 1024 * 1024;

export class Connections {
  readonly #sessions: readonly ClientHttp2Session[];
  readonly #headers: Readonly<Record<string, string>>;
  #turn = 0;

  private constructor(sessions: readonly ClientHttp2Session[], headers: Readonly<Record<string, string>>) {
    this.#sessions = sessions;
    this.#headers = headers;
  }

  static async open(access: ServerAccess, count: number): Promise<Connections> {
    const sessions = Array.from({ length: count }, () =>
      connect(access.url, {
        ca: access.ca,
        cert: access.token === undefined ? access.certificate : undefined,
        key: access.token === undefined ? access.key : undefined,
        rejectUnauthorized: !access.insecure,
        settings: { initialWindowSize: WINDOW },
        maxSessionMemory: 1000,
      }),
    );
    await Promise.all(sessions.map((session) => once(session, 'connect')));
    for (const session of sessions) session.setLocalWindowSize(WINDOW);
    const { token } = access;
    return new Connections(sessions, token === undefined ? {} : { authorization: `Bearer ${token}` });
  }

  /** @throws Error of the connection; any status is an answer. */
  send(exchange: Exchange): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const stream = this.open(exchange);
    const chunks: Buffer[] = [];
    let status = 0;
    stream.on('response', (headers) => {
      status = headers[':status'] ?? 0;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => resolve({ status, body: Buffer.concat(chunks) }));
    stream.on('error', reject);
    return promise;
  }

  /** @throws Error that shows an answer other than 2xx. */
  async expect(exchange: Exchange): Promise<Buffer> {
    const { status, body } = await this.send(exchange);
    if (status >= 200 && status < 300) return body;
    throw new Error(`${exchange.method ?? 'GET'} ${exchange.path}: ${status} ${body.toString('utf8', 0, 300)}`);
  }

  /** The bare stream, on the next connection in turn. */
  open({ method, path, contentType, body }: Exchange): ClientHttp2Stream {
    const session = this.#sessions[this.#turn++ % this.#sessions.length];
    if (session === undefined) throw new Error('no connection');
    const headers = {
      ':method': method ?? 'GET',
      ':path': path,
      accept: 'application/json',
      ...this.#headers,
      ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
    };
    const stream = session.request(headers, { endStream: body === undefined });
    if (body !== undefined) stream.end(body);
    return stream;
  }

  close(): void {
    for (const session of this.#sessions) session.destroy();
  }
}
