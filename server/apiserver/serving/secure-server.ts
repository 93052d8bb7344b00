/** One TLS port for HTTP/2 and HTTP/1.1, with limits against slow and greedy clients. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';

export type RequestListener = (req: IncomingMessage | Http2ServerRequest, res: ServerResponse | Http2ServerResponse) => void;

export interface SecureServerOptions {
  readonly certificate: string | Buffer;
  readonly key: string | Buffer;
  /** Certificates of this authority identify users; others are let in without a name. */
  readonly clientCertificateAuthority: string | Buffer | undefined;
  readonly bindAddress: string;
  /** 0: the system chooses. */
  readonly port: number;
  readonly listener: RequestListener;
}

/** Streams that one HTTP/2 connection may have open (upstream: 250). */
const maxConcurrentStreams = 250;
/** Megabytes one HTTP/2 connection may hold; Node's default of 10 refuses concurrent large answers. */
const maxSessionMemoryMegabytes = 512;
/** Bytes of one request's headers (upstream: 1 MiB). */
const maxHeaderBytes = 1024 * 1024;
/** Milliseconds for a TLS handshake, and for a client to send its headers. */
const handshakeTimeout = 10_000;
const headersTimeout = 30_000;
/** Bytes of a request body that a client may send ahead of being read, per stream. */
const initialWindowBytes = 1024 * 1024;

export class SecureServer {
  readonly #server: Http2SecureServer;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #sockets = new Set<Socket>();

  constructor(options: SecureServerOptions) {
    this.#server = createSecureServer(
      {
        allowHTTP1: true,
        cert: options.certificate,
        key: options.key,
        ...(options.clientCertificateAuthority === undefined ? {} : { ca: options.clientCertificateAuthority }),
        requestCert: options.clientCertificateAuthority !== undefined,
        rejectUnauthorized: false,
        minVersion: 'TLSv1.2',
        handshakeTimeout,
        maxSessionMemory: maxSessionMemoryMegabytes,
        settings: { maxConcurrentStreams, initialWindowSize: initialWindowBytes, maxHeaderListSize: maxHeaderBytes },
        ...{ headersTimeout, maxHeaderSize: maxHeaderBytes, noDelay: true },
      },
      options.listener,
    );
    this.#server.on('session', (session) => {
      this.#sessions.add(session);
      session.once('close', () => this.#sessions.delete(session));
      // A broken connection ends its own requests; there is nobody to tell.
      session.on('error', () => session.destroy());
    });
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy());
    this.#server.on('clientError', (_error: Error, socket: Socket) => socket.destroy());
  }

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

  /** Takes no new connections; open ones are asked to go once their requests are answered. */
  stopAccepting(): void {
    this.#server.close();
    for (const session of this.#sessions) session.close();
  }

  /** Ends what is left. */
  destroy(): void {
    for (const session of this.#sessions) session.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }
}
