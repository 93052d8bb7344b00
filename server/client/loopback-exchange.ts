/** What a server in this process sees of a loopback request: as much of node's request and response as its chain uses. */
import { EventEmitter } from 'node:events';
import type { TransportRequest } from './transport.ts';

type Parts = Omit<TransportRequest, 'signal'>;

export class LoopbackRequest extends EventEmitter {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly httpVersion = '2.0';
  readonly httpVersionMajor = 2;
  /** The body has been handed over. */
  complete: boolean;
  readonly #body: string | undefined;

  constructor({ method, path, headers, body }: Parts) {
    super();
    this.method = method;
    this.url = path;
    this.#body = body;
    this.complete = body === undefined;
    this.headers = { ...headers };
    this.headers['content-length'] = String(Buffer.byteLength(body ?? ''));
  }

  get rawHeaders(): string[] {
    return Object.entries(this.headers).flat();
  }

  /** The body comes as soon as somebody listens. */
  override on(event: string, listener: (...values: never[]) => void): this {
    super.on(event, listener as (...values: unknown[]) => void);
    if (event === 'data' && !this.complete) {
      this.complete = true;
      queueMicrotask(() => {
        this.emit('data', Buffer.from(this.#body ?? ''));
        this.emit('end');
      });
    }
    return this;
  }

  /** To another server, whole. */
  pipe(destination: { end(body: string): void }): void {
    this.complete = true;
    destination.end(this.#body ?? '');
  }

  resume(): this {
    this.complete = true;
    return this;
  }
}

/** Emits `head` once the status is known, `more` when there is something to take or the end is reached, and node's finish and close. */
export class LoopbackResponse extends EventEmitter {
  statusCode = 200;
  headersSent = false;
  writableEnded = false;
  destroyed = false;
  /** Bytes that nobody has taken yet: a slow reader is seen by it. */
  writableLength = 0;
  readonly #headers = new Map<string, string>();
  readonly #chunks: Buffer[] = [];

  /** As older versions of node name it. */
  get finished(): boolean {
    return this.writableEnded;
  }

  get writable(): boolean {
    return !this.writableEnded && !this.destroyed;
  }

  setHeader(name: string, value: string | number | readonly string[]): this {
    this.#headers.set(name.toLowerCase(), String(value));
    return this;
  }

  getHeader(name: string): string | undefined {
    return this.#headers.get(name);
  }

  hasHeader(name: string): boolean {
    return this.#headers.has(name.toLowerCase());
  }

  getHeaderNames(): string[] {
    return [...this.#headers.keys()];
  }

  removeHeader(name: string): void {
    this.#headers.delete(name.toLowerCase());
  }

  writeHead(status: number, headers: Readonly<Record<string, string | readonly string[]>> = {}): this {
    this.statusCode = status;
    for (const [name, value] of Object.entries(headers)) this.setHeader(name, value);
    this.flushHeaders();
    return this;
  }

  flushHeaders(): void {
    if (this.headersSent) return;
    this.headersSent = true;
    this.emit('head');
  }

  writeContinue(): void {
    // There is nobody to hold back.
  }

  write(chunk: Buffer | string): boolean {
    if (!this.writable) return false;
    this.flushHeaders();
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    this.#chunks.push(bytes);
    this.writableLength += bytes.length;
    this.emit('more');
    return true;
  }

  /** Each stays the buffer that it is: who gets the same one from another answer need not decode it again. */
  writeEach(chunks: readonly Buffer[]): void {
    if (!this.writable) return;
    this.flushHeaders();
    for (const chunk of chunks) {
      this.#chunks.push(chunk);
      this.writableLength += chunk.length;
    }
    this.emit('more');
  }

  end(chunk?: Buffer | string): this {
    if (!this.writable) return this;
    if (chunk !== undefined) this.write(chunk);
    this.flushHeaders();
    this.writableEnded = true;
    this.emit('more');
    this.emit('finish');
    this.#close();
    return this;
  }

  /** By the server: the answer is cut off. By the client: it has gone. */
  destroy(): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    if (this.writableEnded) return this;
    this.#chunks.length = 0;
    this.emit('more');
    this.#close();
    return this;
  }

  /** The next bytes in order, for the client. */
  take(): Buffer | undefined {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) this.writableLength -= chunk.length;
    return chunk;
  }

  #close(): void {
    this.emit('close');
  }
}
