/** The way to an API server, whichever it is: requests and answers as HTTP has them. Everything else in client/ stands on this. */

export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Aborts the request, also while its answer streams. */
  readonly signal?: AbortSignal | undefined;
}

export interface TransportResponse {
  readonly status: number;
  /** By its name in lower case. */
  header(name: string): string | undefined;
  /** The whole answer. @throws TransportError when it breaks off */
  body(): Promise<Buffer>;
  /** As it comes, for watches; ends where the server ends it. @throws TransportError when it breaks off; the signal's reason */
  chunks(): AsyncIterable<Buffer>;
}

export interface Transport {
  /** Resolves with the head of the answer, whatever its status. @throws TransportError, or the signal's reason */
  request(request: TransportRequest): Promise<TransportResponse>;
}

/** The server was not reached, or the answer broke off: what was asked may have happened. */
export class TransportError extends Error {
  override name = 'TransportError';
}

export function abortReason({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new TransportError('the request was aborted', { cause: reason });
}
