/** Verbs on resources over a transport: plain objects in and out, a StatusError for every answer that says no. */
import { StatusError } from '../apimachinery/errors/status-error.ts';
import { readAnswer } from './read-answer.ts';
import { queryOf, type RawRequest, type RequestSender } from './raw-request.ts';
import { ResourceClient } from './resource-client.ts';
import type { ResourceType } from './resource-type.ts';
import type { Transport, TransportRequest } from './transport.ts';

export interface ClientOptions {
  readonly transport: Transport;
  /** Also the default field manager, up to its first slash. */
  readonly userAgent: string;
}

export class Client implements RequestSender {
  readonly transport: Transport;
  readonly #userAgent: string;
  readonly #clients = new Map<string, ResourceClient<object>>();

  constructor({ transport, userAgent }: ClientOptions) {
    this.transport = transport;
    this.#userAgent = userAgent;
  }

  of<T extends object>(type: ResourceType<T>): ResourceClient<T> {
    const key = `${type.group}/${type.version}/${type.resource}`;
    let client = this.#clients.get(key);
    if (client === undefined) this.#clients.set(key, (client = new ResourceClient<object>(type, this)));
    return client as ResourceClient<T>;
  }

  /** The answer's JSON, whatever is asked. @throws StatusError, TransportError */
  async request<T>(request: RawRequest): Promise<T> {
    return (await readAnswer(await this.open(request))) as T;
  }

  /** The head of the answer, for those who read it as it comes. */
  open({
    method = 'GET',
    path,
    query,
    accept,
    contentType,
    body,
    signal,
  }: RawRequest): ReturnType<Transport['request']> {
    const headers: Record<string, string> = { accept: accept ?? 'application/json', 'user-agent': this.#userAgent };
    if (body !== undefined) headers['content-type'] = contentType ?? 'application/json';
    const request: TransportRequest = {
      method,
      path: path + queryOf(query),
      headers,
      signal,
      ...(body === undefined ? {} : { body }),
    };
    return this.transport.request(request);
  }
}

/** The StatusReason of a refusal ("NotFound", "AlreadyExists", "Conflict", …); undefined for any other error. */
export function reasonOf(error: unknown): string | undefined {
  return error instanceof StatusError ? (error.status.reason ?? '') : undefined;
}

export function isNotFound(error: unknown): boolean {
  return reasonOf(error) === 'NotFound';
}

export function isAlreadyExists(error: unknown): boolean {
  return reasonOf(error) === 'AlreadyExists';
}

export function isConflict(error: unknown): boolean {
  return reasonOf(error) === 'Conflict';
}
