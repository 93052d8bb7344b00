/** Requests to an API server in this process: its whole handler chain, without a socket, and every buffer handed over as it is. */
import { LoopbackRequest, LoopbackResponse } from './loopback-exchange.ts';
import { abortReason, type Transport, type TransportResponse, TransportError } from './transport.ts';

/** The server's side; it sees the imitations where it else has node's. */
export type LoopbackListener = (request: LoopbackRequest, response: LoopbackResponse) => void;

export function loopbackTransport(listener: LoopbackListener): Transport {
  return {
    request: ({ signal, ...rest }) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const request = new LoopbackRequest(rest);
        const response = new LoopbackResponse();
        const answer = new LoopbackAnswer(response, signal);
        response.once('head', () => resolve(answer));
        response.once('close', () => {
          if (!response.headersSent) reject(broken(signal));
        });
        listener(request, response);
      }),
  };
}

function broken(signal: AbortSignal | undefined): Error {
  return signal?.aborted === true ? abortReason(signal) : new TransportError('the server ended the answer early');
}

class LoopbackAnswer implements TransportResponse {
  readonly #response: LoopbackResponse;
  readonly #signal: AbortSignal | undefined;

  constructor(response: LoopbackResponse, signal: AbortSignal | undefined) {
    this.#response = response;
    this.#signal = signal;
    if (signal === undefined) return;
    const abort = () => response.destroy();
    signal.addEventListener('abort', abort, { once: true });
    response.once('close', () => signal.removeEventListener('abort', abort));
  }

  get status(): number {
    return this.#response.statusCode;
  }

  header(name: string): string | undefined {
    return this.#response.getHeader(name);
  }

  async body(): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const chunk of this.chunks()) parts.push(chunk);
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  async *chunks(): AsyncGenerator<Buffer> {
    const response = this.#response;
    try {
      while (true) {
        for (let chunk = response.take(); chunk !== undefined; chunk = response.take()) yield chunk;
        if (response.writableEnded) return;
        if (response.destroyed) throw broken(this.#signal);
        await new Promise<void>((resolve) => response.once('more', resolve));
      }
    } finally {
      // Whoever stops reading has hung up.
      response.destroy();
    }
  }
}
