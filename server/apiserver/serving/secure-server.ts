/** One TLS port for HTTP/2 and HTTP/1.1, with limits against slow and greedy clients. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type SecureServerOptions as NodeOptions,
  type ServerHttp2Session,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { failure, newMethodNotAllowed } from '../../apimachinery/errors/status-error.ts';
import { finalAnswer, type ParserError, plainHttpAnswer, refusalFor, tcpSocketOf } from './connection-errors.ts';
import * as limits from './limits.ts';
import { isUpgradeWish, responseTo } from './upgrades.ts';

export type RequestListener = (
  req: IncomingMessage | Http2ServerRequest,
  res: ServerResponse | Http2ServerResponse,
) => void;

export interface TlsSettings {
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  /** As OpenSSL lists them; unset: those of Node. */
  readonly ciphers?: string;
}

export interface SecureServerOptions {
  readonly tls?: TlsSettings;
  readonly certificate: string | Buffer;
  readonly key: string | Buffer;
  /** Certificates of this authority identify users; others are let in without a name. */
  readonly clientCertificateAuthority: string | Buffer | undefined;
  readonly clock: Clock;
  readonly listener: RequestListener;
  /** Milliseconds that a client has for its headers; default HEADERS_TIMEOUT_MS. */
  readonly headersTimeout?: number;
}

export class SecureServer {
  readonly #server: Http2SecureServer;
  readonly #options: SecureServerOptions;
  readonly #clock: Clock;
  readonly #listener: RequestListener;
  readonly #sessions = new Map<ServerHttp2Session, Activity>();
  readonly #sockets = new Set<Socket>();
  readonly #refused = new WeakSet<Socket>();
  #whenEmpty: (() => void) | undefined;
  #stopping = false;
  #sweepDue = false;

  constructor(options: SecureServerOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#listener = options.listener;
    const server = createSecureServer(nodeOptions(options), (req, res) => this.#serve(req, res));
    this.#server = server;
    // Node's parser else keeps the first 2,000 headers and drops the rest, credentials perhaps among them.
    Object.assign(server, { maxHeadersCount: 0, shouldUpgradeCallback: isUpgradeWish });
    server.on('session', (session) => this.#track(session));
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        if (this.#sockets.size === 0) this.#whenEmpty?.();
      });
      socket.on('error', () => socket.destroy());
    });
    server.on('tlsClientError', (error: ParserError, socket: Socket) => {
      const tcp = tcpSocketOf(socket);
      if (error.code === 'ERR_SSL_HTTP_REQUEST' && tcp?.writable === true) this.#lastWords(tcp, plainHttpAnswer);
      else tcp?.destroy();
      socket.destroy();
    });
    server.on('clientError', (error: ParserError, socket: Socket) => {
      // The parser stumbles again over each further piece of what was refused.
      if (this.#refused.has(socket)) return;
      const answer = refusalFor(error, socket);
      if (answer === undefined) socket.destroy();
      else this.#lastWords(socket, answer);
    });
    server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => this.#serve(req, res));
    server.on('checkExpectation', (_req: IncomingMessage, res: ServerResponse) => {
      const { status } = failure({ code: 417, reason: 'ExpectationFailed', message: 'Expectation Failed' });
      const body = Buffer.from(JSON.stringify(status));
      res.writeHead(417, { 'content-type': 'application/json', 'content-length': body.length, connection: 'close' });
      res.end(body);
    });
    server.on('upgrade', (req: IncomingMessage, socket: TLSSocket, first: Buffer) => {
      this.#listener(req, responseTo(req, socket, first));
    });
    // HTTP/1.1 hands over the bare socket, HTTP/2 an answer.
    server.on('connect', (_req: IncomingMessage, peer: Socket | Http2ServerResponse) => {
      if ('writeHead' in peer) {
        peer.writeHead(405, { 'content-type': 'application/json' });
        peer.end(JSON.stringify(newMethodNotAllowed().status));
      } else this.#lastWords(peer, finalAnswer(newMethodNotAllowed()));
    });
  }

  /** New connections are asked for certificates of these authorities; present ones stay as they are. */
  setClientAuthorities(authorities: string): void {
    const { certificate, key } = this.#options;
    this.#server.setSecureContext({ cert: certificate, key, ca: authorities, ...tlsOf(this.#options) });
  }

  /** @throws Error of the system, such as EADDRINUSE */
  listen({ port, bindAddress }: { port: number; bindAddress: string }): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, bindAddress, () => {
        this.#server.removeListener('error', reject);
        const address = this.#server.address();
        if (address === null || typeof address === 'string') reject(new Error('the server has no address'));
        else resolve(address);
      });
    });
  }

  /**
   * Takes no new connections; HTTP/2 clients get GOAWAY, and every connection closes once its requests are answered.
   * Resolves when all have.
   */
  stopAccepting(): Promise<void> {
    this.#stopping = true;
    this.#server.close();
    for (const session of this.#sessions.keys()) session.close();
    if (this.#sockets.size === 0) return Promise.resolve();
    this.#sweepAfter(limits.STOP_SWEEP_MS);
    return new Promise((resolve) => {
      this.#whenEmpty = resolve;
    });
  }

  /** Ends what is left, the port included. */
  destroy(): void {
    this.#server.close();
    for (const session of this.#sessions.keys()) session.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(req: IncomingMessage | Http2ServerRequest, res: ServerResponse | Http2ServerResponse): void {
    const { headers } = req;
    if ('httpVersionMajor' in req && req.httpVersionMajor === 1) {
      const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
      if (hasBody) this.#lingerAfterUpload(req as IncomingMessage, res);
    }
    this.#listener(req, res);
  }

  /** An answer given before the upload is over: the rest must neither be awaited for long nor be read as a request. */
  #lingerAfterUpload(req: IncomingMessage, res: ServerResponse | Http2ServerResponse): void {
    const { socket } = req;
    // How Node closes after an answer with "Connection: close".
    socket.destroySoon = () => {
      Reflect.deleteProperty(socket, 'destroySoon');
      if (req.complete) socket.destroySoon();
      else this.#linger(socket);
    };
    res.once('finish', () => {
      Reflect.deleteProperty(socket, 'destroySoon');
      if (!req.complete) this.#linger(socket);
    });
  }

  #lastWords(socket: Socket, answer: string): void {
    this.#refused.add(socket);
    socket.end(answer);
    this.#linger(socket);
  }

  /** Closing while bytes are on their way would reset the connection, and the client might never see the answer. */
  #linger(socket: Socket): void {
    if (!socket.writableEnded) socket.end();
    socket.resume();
    const cancel = this.#clock.after(limits.LINGER_MS, () => socket.destroy());
    socket.once('close', cancel);
  }

  #track(session: ServerHttp2Session): void {
    const activity: Activity = { streams: 0, idleSince: this.#clock.monotonic() };
    this.#sessions.set(session, activity);
    session.on('stream', (stream) => {
      activity.streams++;
      stream.once('close', () => {
        activity.streams--;
        activity.idleSince = this.#clock.monotonic();
      });
    });
    session.once('close', () => this.#sessions.delete(session));
    // A broken connection ends its own requests; there is nobody to tell.
    session.on('error', () => session.destroy());
    this.#sweepAfter(limits.SLOW_CLIENT_CHECK_MS);
  }

  /** One timer for all connections that are not used. */
  #sweepAfter(milliseconds: number): void {
    if (this.#sweepDue && !this.#stopping) return;
    this.#sweepDue = true;
    this.#clock.after(milliseconds, () => {
      this.#sweepDue = false;
      this.#sweep();
      const more = this.#stopping ? this.#sockets.size : this.#sessions.size;
      if (more > 0) this.#sweepAfter(this.#stopping ? limits.STOP_SWEEP_MS : limits.SLOW_CLIENT_CHECK_MS);
    });
  }

  #sweep(): void {
    const idle = this.#clock.monotonic() - limits.IDLE_TIMEOUT_MS;
    for (const [session, { streams, idleSince }] of this.#sessions) {
      if (streams > 0) continue;
      // GOAWAY has left by now; Node itself would wait for the client to close.
      if (this.#stopping) session.destroy();
      else if (idleSince < idle) session.close();
    }
    // An HTTP/1.1 connection whose watch has ended waits for its next request.
    if (this.#stopping)
      (this.#server as Http2SecureServer & Pick<Server, 'closeIdleConnections'>).closeIdleConnections();
  }
}

/** Of an HTTP/2 connection. */

interface Activity {
  streams: number;
  /** Monotonic milliseconds. */
  idleSince: number;
}

/** HTTP/1.1's are named apart from HTTP/2's in Node's types, and read from the same object. */
/** Upstream: TLS 1.2. */
function tlsOf({ tls }: SecureServerOptions): TlsSettings {
  return tls ?? { minVersion: 'TLSv1.2' };
}

function nodeOptions(options: SecureServerOptions): NodeOptions {
  const authority = options.clientCertificateAuthority;
  const headersTimeout = options.headersTimeout ?? limits.HEADERS_TIMEOUT_MS;
  const http1 = {
    maxHeaderSize: limits.MAX_HEADER_BYTES,
    headersTimeout,
    requestTimeout: Math.max(limits.UPLOAD_TIMEOUT_MS, headersTimeout),
    connectionsCheckingInterval: Math.min(limits.SLOW_CLIENT_CHECK_MS, headersTimeout),
    keepAliveTimeout: limits.IDLE_TIMEOUT_MS,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: limits.KEEP_ALIVE_PROBE_MS,
  };
  return {
    ...http1,
    allowHTTP1: true,
    cert: options.certificate,
    key: options.key,
    ...(authority === undefined ? {} : { ca: authority }),
    requestCert: authority !== undefined,
    // Who is not known may still ask for what is public, or bring a token.
    rejectUnauthorized: false,
    ...tlsOf(options),
    handshakeTimeout: limits.HANDSHAKE_TIMEOUT_MS,
    maxSessionMemory: limits.MAX_SESSION_MEMORY_MB,
    maxHeaderListPairs: limits.MAX_HEADER_PAIRS,
    settings: {
      maxConcurrentStreams: limits.MAX_CONCURRENT_STREAMS,
      initialWindowSize: limits.INITIAL_WINDOW_BYTES,
      maxHeaderListSize: limits.MAX_HEADER_BYTES,
    },
  };
}
