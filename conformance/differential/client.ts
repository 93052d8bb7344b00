/** A client that sends exactly what it is told: raw paths, any body, no retries, no interpretation. */
import { Agent, request } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { ServerAccess } from './kubeconfig.ts';

export interface Request {
  readonly method: string;
  /** With its query, sent as it is. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer whose body is still coming, line by line. */
export interface Stream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly lines: AsyncIterable<string>;
  close(): void;
}

/** Milliseconds without a byte after which a request has failed. */
const IDLE_TIMEOUT = 15_000;
/** Sent with every request, so that the names of field managers are the same everywhere. */
const USER_AGENT = 'differential/1.0';

export class Client {
  readonly #access: ServerAccess;
  readonly #agent: Agent;
  /** Without the certificate: for requests that say themselves who sends them. */
  readonly #bareAgent: Agent;

  constructor(access: ServerAccess) {
    this.#access = access;
    const bare = { keepAlive: true, ca: access.ca, rejectUnauthorized: !access.insecure };
    this.#agent = new Agent({ ...bare, cert: access.certificate, key: access.key });
    this.#bareAgent = new Agent(bare);
  }

  get url(): string {
    return this.#access.url;
  }

  async send(asked: Request): Promise<Answer> {
    const response = await this.#start(asked);
    return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
  }

  async open(asked: Request): Promise<Stream> {
    const response = await this.#start(asked);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      lines: linesOf(response),
      close: () => response.destroy(),
    };
  }

  close(): void {
    this.#agent.destroy();
    this.#bareAgent.destroy();
  }

  #start({ method, path, headers, body }: Request): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const { hostname, port } = new URL(this.#access.url);
    const agent = headers !== undefined && 'Authorization' in headers ? this.#bareAgent : this.#agent;
    const sent = request({ hostname, port, method, path, agent, timeout: IDLE_TIMEOUT });
    sent.setHeader('User-Agent', USER_AGENT);
    if (this.#access.token !== undefined) sent.setHeader('Authorization', `Bearer ${this.#access.token}`);
    // An empty value removes what is sent otherwise.
    for (const [name, value] of Object.entries(headers ?? {})) {
      if (value === '') sent.removeHeader(name);
      else sent.setHeader(name, value);
    }
    if (body !== undefined) sent.setHeader('Content-Length', Buffer.byteLength(body));
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
    sent.end(body);
    return promise;
  }
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    if (!response.destroyed) throw error;
  }
  if (rest !== '') yield rest;
}
