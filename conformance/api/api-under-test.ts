/** A namespace of its own on the server under test, and requests as raw as the claims need them. */
import { randomBytes } from 'node:crypto';
import { Client } from '../differential/client.ts';
import { cleanUp } from '../differential/clean-up.ts';
import { readKubeconfig, type ServerAccess } from '../differential/kubeconfig.ts';
import { serverUnderTest } from '../server-under-test.ts';

export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/** What claims look at in an object, a list or a Status; everything else by `as`. */
export interface Body {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly metadata: {
    readonly [key: string]: unknown;
    readonly name?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
    readonly deletionGracePeriodSeconds?: number;
    readonly finalizers?: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items?: readonly Body[];
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: unknown;
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly [key: string]: unknown;
    readonly causes?: ReadonlyArray<Readonly<Record<string, string>>>;
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed where the answer is JSON, else empty. */
  readonly body: Body;
  readonly bytes: Buffer;
}

export interface WatchEvent {
  readonly type: string;
  readonly object: Body;
}

export interface RequestOptions {
  /** A text or bytes are sent as they are, everything else as JSON. */
  readonly body?: Json | Uint8Array;
  readonly contentType?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** In place of the administrator's credentials; empty: none. */
  readonly token?: string;
}

export interface ApiUnderTest {
  /** For connections of the claims' own. */
  readonly access: ServerAccess;
  readonly namespace: string;
  /** The namespace's config maps. */
  readonly configMaps: string;
  readonly pods: string;
  send(method: string, path: string, options?: RequestOptions): Promise<Reply>;
  get(path: string, options?: RequestOptions): Promise<Reply>;
  post(path: string, body: Json, options?: RequestOptions): Promise<Reply>;
  put(path: string, body: Json): Promise<Reply>;
  /** `type`: "merge", "json" or "strategic-merge". */
  patch(path: string, type: string, body: Json): Promise<Reply>;
  remove(path: string, body?: Json): Promise<Reply>;
  /** The first `count` events. */
  watch(path: string, count: number, options?: RequestOptions): Promise<WatchEvent[]>;
  stop(): Promise<void>;
}

export async function startApiUnderTest(): Promise<ApiUnderTest> {
  const server = await serverUnderTest();
  const access = readKubeconfig(server.kubeconfig);
  const client = new Client(access);
  const nobody = new Client({ url: access.url, ca: access.ca, insecure: access.insecure });
  const namespace = `api-${randomBytes(4).toString('hex')}`;
  const send = async (
    method: string,
    path: string,
    { body, contentType, accept, headers, token }: RequestOptions = {},
  ): Promise<Reply> => {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const answer = await (token === undefined ? client : nobody).send({
      method,
      path,
      headers: {
        ...(token === undefined || token === '' ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
        ...(accept === undefined ? {} : { Accept: accept }),
        ...(body === undefined ? {} : { 'Content-Type': contentType ?? 'application/json' }),
      },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    });
    const isJson = (answer.headers['content-type'] ?? '').startsWith('application/json');
    const parsed = isJson && answer.body.length > 0 ? (JSON.parse(answer.body.toString()) as Body) : { metadata: {} };
    return { status: answer.status, headers: answer.headers, body: parsed, bytes: answer.body };
  };
  const created = await send('POST', '/api/v1/namespaces', { body: { metadata: { name: namespace } } });
  if (created.status !== 201) throw new Error(`no namespace for the tests: ${created.bytes.toString()}`);
  // Pods want it, and without controllers nobody else makes it.
  await send('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { body: { metadata: { name: 'default' } } });
  return {
    access,
    namespace,
    configMaps: `/api/v1/namespaces/${namespace}/configmaps`,
    pods: `/api/v1/namespaces/${namespace}/pods`,
    send,
    get: (path, options) => send('GET', path, options),
    post: (path, body, options) => send('POST', path, { ...options, body }),
    put: (path, body) => send('PUT', path, { body }),
    patch: (path, type, body) => send('PATCH', path, { body, contentType: `application/${type}-patch+json` }),
    remove: (path, body) => send('DELETE', path, body === undefined ? {} : { body }),
    async watch(path, count, options) {
      const stream = await client.open({
        method: 'GET',
        path,
        ...(options?.accept === undefined ? {} : { headers: { Accept: options.accept } }),
      });
      const events: WatchEvent[] = [];
      for await (const line of stream.lines) {
        events.push(JSON.parse(line) as WatchEvent);
        if (events.length === count) break;
      }
      stream.close();
      return events;
    },
    async stop() {
      await cleanUp(client, [`/api/v1/namespaces/${namespace}`]);
      client.close();
      nobody.close();
      await server.stop();
    },
  };
}

export function configMap(name: string, more: { readonly [key: string]: Json } = {}, data: Json = { a: '1' }): Json {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...more }, data };
}

export function pod(name: string, spec: { readonly [key: string]: Json } = {}): Json {
  const containers = [{ name: 'main', image: 'registry.example.com/main:1' }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers, ...spec } };
}
