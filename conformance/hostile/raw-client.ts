/** Speaks to a server byte by byte, as no well-behaved client would, and reads what comes back. */
import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2, type OutgoingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { startPortico, type PorticoOptions, type Portico } from '../../server/cmd/start-portico.ts';

export interface Target {
  readonly portico: Portico;
  readonly port: number;
  readonly token: string;
}

export async function startTarget(options: PorticoOptions = {}): Promise<Target> {
  // Nobody else has requests of their own under way.
  const portico = await startPortico({
    storage: 'memory:',
    controllers: '',
    // Without controllers nobody makes the accounts that it asks for.
    disableAdmissionPlugins: 'ServiceAccount',
    ...options,
  });
  const token = /token: (\S+)/.exec(portico.kubeConfig)?.[1] ?? '';
  return { portico, port: portico.port, token };
}

export interface Answer {
  readonly code: number;
  readonly head: string;
  readonly body: string;
  /** The body, if it is a Status. */
  readonly status: { readonly message: string; readonly reason: string; readonly code: number } | undefined;
}

export async function tlsTo({ port }: Target, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({
    host: '127.0.0.1',
    port,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    ...options,
  });
  socket.on('error', () => socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

/** One HTTP/1.1 request as bytes, with the administrator's token. */
export function request(
  target: Target,
  line: string,
  headers: readonly string[] = [],
  body: string | Buffer = '',
): Buffer {
  const bytes = Buffer.from(body);
  const length = bytes.length === 0 ? [] : [`Content-Length: ${bytes.length}`];
  const head = [`${line} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${target.token}`, ...headers, ...length];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

/** Sends and reads until the server closes; ask for that with "Connection: close" where it would not do so by itself. */
export async function exchange(target: Target, bytes: Buffer | string, options?: ConnectionOptions): Promise<Answer[]> {
  const socket = await tlsTo(target, options);
  socket.write(bytes);
  return parseAnswers(await readAll(socket));
}

export async function readAll(socket: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // Whatever the end is like.
  if (!socket.destroyed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return Buffer.concat(chunks);
}

export function parseAnswers(bytes: Buffer): Answer[] {
  const answers: Answer[] = [];
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return answers;
    const head = rest.subarray(0, end).toString();
    const code = Number(/^HTTP\/1\.\d (\d+)/.exec(head)?.[1]);
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? (code === 100 ? 0 : rest.length));
    const body = rest.subarray(end + 4, end + 4 + length).toString();
    answers.push({ code, head, body, status: statusOf(body) });
    rest = rest.subarray(end + 4 + length);
  }
}

/** Undefined for anything but a well-formed failure. */
export function statusOf(body: string): Answer['status'] {
  try {
    const parsed = JSON.parse(body) as {
      kind?: string;
      status?: string;
      message: string;
      reason: string;
      code: number;
    };
    return parsed.kind === 'Status' && parsed.status === 'Failure' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

export function http2To({ port }: Target, options: ConnectionOptions = {}): ClientHttp2Session {
  const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false, ...options });
  session.on('error', () => session.destroy());
  return session;
}

/** One request over HTTP/2. */
export async function ask(
  session: ClientHttp2Session,
  target: Target,
  headers: OutgoingHttpHeaders,
  body?: Buffer | string,
): Promise<Answer> {
  const stream = session.request(
    { authorization: `Bearer ${target.token}`, ...headers },
    { endStream: body === undefined },
  );
  let code = 0;
  stream.on('response', (response) => {
    code = Number(response[':status']);
  });
  // A refused upload may be cut off; what matters is the answer.
  stream.on('error', () => undefined);
  if (body !== undefined) stream.end(body);
  const text = (await buffer(stream).catch(() => Buffer.alloc(0))).toString();
  return { code, head: '', body: text, status: statusOf(text) };
}

/** The value of a gauge or counter, summed over its labels. */
export async function metric(target: Target, name: string): Promise<number> {
  const session = http2To(target);
  const { body } = await ask(session, target, { ':path': '/metrics' });
  session.close();
  const samples = body.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** Looks again until it holds: for what happens soon, but not at once. */
export async function eventually(check: () => Promise<boolean> | boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 800; attempt++) {
    if (await check()) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}
