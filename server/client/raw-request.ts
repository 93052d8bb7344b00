/** A request before it is one of the transport's: what is asked, and how the answer should look. */
import type { TransportRequest, TransportResponse } from './transport.ts';

export interface RawRequest {
  /** Default: GET. */
  readonly method?: TransportRequest['method'];
  /** Without its query. */
  readonly path: string;
  readonly query?: Query;
  readonly accept?: string | undefined;
  readonly contentType?: string;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Undefined and empty values are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestSender {
  /** The answer's JSON, whatever is asked. @throws StatusError, TransportError */
  request<T>(request: RawRequest): Promise<T>;
  /** The head of the answer, for those who read it as it comes. @throws TransportError */
  open(request: RawRequest): Promise<TransportResponse>;
}

/** '' or "?a=b&c=d". */
export function queryOf(query: Query = {}): string {
  let text = '';
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue;
    text += `${text === '' ? '?' : '&'}${name}=${encodeURIComponent(value)}`;
  }
  return text;
}
