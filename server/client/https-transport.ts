/** Requests to an API server that a kubeconfig names: one HTTP/2 connection for everything, made anew when it is lost. */
import { readFile } from 'node:fs/promises';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { KubeConfig } from './kube-config.ts';
import * as limits from './limits.ts';
import { retryingLater } from './retry-later.ts';
import {
  abortReason,
  type Transport,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from './transport.ts';

export interface HttpsTransportOptions {
  readonly kubeConfig: KubeConfig;
  readonly clock: Clock;
  /** Ends the connection and all that uses it. */
  readonly signal: AbortSignal;
}

export function httpsTransport(options: HttpsTransportOptions): Transport {
  const connection = new Connection(options);
  return retryingLater({ request: (request) => connection.request(request) }, options.clock);
}

class Connection {
  readonly #options: HttpsTransportOptions;
  readonly #basePath: string;
  readonly #origin: string;
  #session: ClientHttp2Session | undefined;
  #token: { readonly text: string; readonly readAt: number } | undefined;

  constructor(options: HttpsTransportOptions) {
    this.#options = options;
    const { origin, pathname } = new URL(options.kubeConfig.server);
    this.#origin = origin;
    this.#basePath = pathname.replace(/\/$/, '');
    options.signal.addEventListener('abort', () => this.#session?.destroy(), { once: true });
  }

  async request({ method, path, headers, body, signal }: TransportRequest): Promise<TransportResponse> {
    this.#options.signal.throwIfAborted();
    signal?.throwIfAborted();
    const token = await this.#bearer();
    const stream = this.#connected().request(
      {
        ':method': method,
        ':path': this.#basePath + path,
        ...headers,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      { endStream: body === undefined, ...(signal === undefined ? {} : { signal }) },
    );
    if (body !== undefined) stream.end(body);
    return answerOf(stream, signal);
  }

  #connected(): ClientHttp2Session {
    const present = this.#session;
    if (present !== undefined && !present.closed && !present.destroyed) return present;
    const { authority, serverName, skipsVerification, certificate, key } = this.#options.kubeConfig;
    const session = connect(this.#origin, {
      ...(authority === undefined ? {} : { ca: authority }),
      ...(serverName === undefined ? {} : { servername: serverName }),
      ...(certificate === undefined || key === undefined ? {} : { cert: certificate, key }),
      rejectUnauthorized: !skipsVerification,
      settings: { initialWindowSize: limits.STREAM_WINDOW_BYTES, enablePush: false },
    });
    this.#session = session;
    session.on('connect', () => session.setLocalWindowSize(limits.CONNECTION_WINDOW_BYTES));
    // Each of its requests fails by itself, with the same cause.
    session.on('error', () => session.destroy());
    const stopProbes = this.#probe(session);
    session.once('close', () => {
      stopProbes();
      if (this.#session === session) this.#session = undefined;
    });
    return session;
  }

  /** A peer that vanished without a word would leave watches open and silent for ever. */
  #probe(session: ClientHttp2Session): () => void {
    const { clock } = this.#options;
    let answered = true;
    let cancel: () => void;
    const look = () => {
      if (!answered) {
        session.destroy(new TransportError('the server does not answer pings'));
        return;
      }
      answered = false;
      if (!session.connecting) session.ping(() => (answered = true));
      else answered = true;
      cancel = clock.after(limits.PING_EVERY_MS, look);
    };
    cancel = clock.after(limits.PING_EVERY_MS, look);
    return () => cancel();
  }

  async #bearer(): Promise<string | undefined> {
    const { kubeConfig, clock } = this.#options;
    if (kubeConfig.tokenFile === undefined) return kubeConfig.token;
    if (this.#token === undefined || clock.monotonic() - this.#token.readAt > limits.TOKEN_FILE_REREAD_MS) {
      const text = (await readFile(kubeConfig.tokenFile, 'utf8')).trim();
      this.#token = { text, readAt: clock.monotonic() };
    }
    return this.#token.text;
  }
}

function answerOf(stream: ClientHttp2Stream, signal: AbortSignal | undefined): Promise<TransportResponse> {
  const causeOf = (error: unknown): Error => {
    if (signal?.aborted === true) return abortReason(signal);
    return error instanceof TransportError ? error : new TransportError(messageOf(error), { cause: error });
  };
  return new Promise((resolve, reject) => {
    let failed: unknown;
    stream.on('error', (error) => {
      failed = error;
      reject(causeOf(error));
    });
    stream.once('close', () => reject(causeOf(failed ?? new Error('the connection was closed'))));
    stream.once('response', (headers) => {
      const chunks = async function* (): AsyncGenerator<Buffer> {
        let isRead = false;
        try {
          for await (const chunk of stream) yield chunk as Buffer;
          isRead = true;
        } catch (error) {
          throw causeOf(error);
        } finally {
          // Whoever stops reading wants no more of it.
          if (!isRead && !stream.closed) stream.close(constants.NGHTTP2_CANCEL);
        }
        if (stream.aborted) throw causeOf(failed ?? new Error('the answer broke off'));
      };
      resolve({
        status: headers[':status'] ?? 0,
        header(name) {
          const value = headers[name];
          return Array.isArray(value) ? value.join(', ') : value;
        },
        chunks,
        async body() {
          const parts: Buffer[] = [];
          for await (const chunk of chunks()) parts.push(chunk);
          return Buffer.concat(parts);
        },
      });
    });
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
