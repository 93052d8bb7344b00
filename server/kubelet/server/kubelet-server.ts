/**
 * The kubelet's own server, by upstream's kubelet protocol: the API server asks it for logs and hands on the connections of exec,
 * attach and port-forward; others read what its pods use.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { Readable } from 'node:stream';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Runtime } from '../../../backends/runtime/interface.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Client } from '../../client/client.ts';
import type { PodWorker } from '../pod-worker.ts';
import { KubeletAccess } from './access.ts';
import { logOptions, logText } from './container-logs.ts';
import { connectionTo, type ServedPods } from './connections.ts';
import { type Listening, listenForNodes } from './listen.ts';
import { containerOf, Refusal } from './refusal.ts';
import { kubeletMetrics } from './kubelet-metrics.ts';
import { resourceMetrics, statsSummary, type StatsParts } from './stats.ts';

export interface KubeletServerOptions {
  readonly pods: ServedPods;
  readonly runtime: Runtime;
  readonly client: Client;
  readonly clock: Clock;
  /** The first is meant where a request does not name one in its Host header. */
  readonly nodes: readonly string[];
  /** PEM; certificates of `clientAuthority` identify those who ask. */
  readonly tls: { readonly certificate: string; readonly key: string; readonly clientAuthority: string };
  readonly bindAddress: string;
  /** 0: chosen by the system. */
  readonly port: number;
  /** All nodes have the port, and the Host header says which is meant; false: each has a port of its own. */
  readonly sharesPort: boolean;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

interface Serving extends KubeletServerOptions {
  /** The one that a request is about. */
  readonly nodeOf: (req: IncomingMessage) => string;
}

/** Resolves with the port of each node. @throws Error of the system, such as EADDRINUSE */
export async function startKubeletServer(given: KubeletServerOptions): Promise<(node: string) => number> {
  const { tls, signal, onError, nodes } = given;
  const place: { listening?: Listening } = {};
  const nodeOf = (req: IncomingMessage): string => {
    const host = (req.headers.host ?? '').replace(/:\d+$/, '');
    return place.listening?.nodeAt(req.socket.localPort) ?? (nodes.includes(host) ? host : (nodes[0] ?? ''));
  };
  const options: Serving = { ...given, nodeOf };
  const access = new KubeletAccess(options.client, options.clock);
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    try {
      await requireAccess(access, req, options);
      await serve(req, res, options);
    } catch (error) {
      const { status, message } = refusalOf(error, onError);
      if (res.headersSent) res.destroy();
      else res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(message);
    }
  };
  const upgrade = async (req: IncomingMessage, socket: Duplex, first: Buffer): Promise<void> => {
    try {
      await requireAccess(access, req, options);
      await connectionTo(options, req, { socket, first });
    } catch (error) {
      const { status, message } = refusalOf(error, onError);
      refuseUpgrade(socket, status, message);
    }
  };
  const server = createServer(
    {
      cert: tls.certificate,
      key: tls.key,
      ca: tls.clientAuthority,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
    },
    (req, res) => void answer(req, res),
  );
  const connections = new Set<Duplex>();
  server.on('upgrade', (req, socket, first) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    // A client that goes away is told of by the end of its connection.
    socket.on('error', () => socket.destroy());
    void upgrade(req, socket, first);
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  const stop = () => {
    place.listening?.close();
    server.closeAllConnections();
    for (const socket of connections) socket.destroy();
  };
  const listening = await listenForNodes(server, given);
  place.listening = listening;
  signal.addEventListener('abort', stop, { once: true });
  // It may have been told to stop before it had begun.
  if (signal.aborted) stop();
  return (node) => listening.portOf(node);
}

async function requireAccess(access: KubeletAccess, req: IncomingMessage, options: Serving): Promise<void> {
  // As upstream: whether it lives is nobody's secret.
  if (req.url === '/healthz') return;
  const decision = await access.check(req, options.nodeOf(req));
  if (decision === 'unauthorized') throw new Refusal(401, 'Unauthorized');
  if (decision === 'forbidden') throw new Refusal(403, 'Forbidden');
}

function refusalOf(error: unknown, onError: KubeletServerOptions['onError']): { status: number; message: string } {
  if (error instanceof Refusal) return error;
  onError(error, "the kubelet's server");
  return { status: 500, message: error instanceof Error ? error.message : String(error) };
}

function refuseUpgrade(socket: Duplex, status: number, message: string): void {
  if (!socket.writable) return;
  const body = Buffer.from(`${message}\n`);
  const head = [
    `HTTP/1.1 ${status} Refused`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
}

type Serve = (parts: {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly options: Serving;
}) => Promise<void> | void;

const serveLogs: Serve = async ({ res, path, query, options }) => {
  const [, namespace = '', name = '', container = ''] = path;
  const { runtime, clock } = options;
  const worker = options.pods.worker(namespace, name);
  if (worker === undefined) throw new Refusal(404, `pod ${JSON.stringify(`${namespace}/${name}`)} not found`);
  const id = containerOf(worker, container, { previous: query.get('previous') === 'true' });
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  const text = logText(runtime, id, { ...logOptions(query, clock.now()), signal: gone.signal });
  res.writeHead(200, { 'content-type': 'text/plain' });
  res.flushHeaders();
  // Whoever has heard enough goes away.
  await pipeline(Readable.from(text), res).catch(() => res.destroy());
};

const json = (res: ServerResponse, value: unknown) =>
  void res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));

const routes: Readonly<Record<string, Serve>> = {
  healthz: ({ res }) => void res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('ok'),
  pods: ({ req, res, options }) =>
    json(res, {
      kind: 'PodList',
      apiVersion: 'v1',
      metadata: {},
      items: workersOf(options, options.nodeOf(req)).map(({ pod }) => pod),
    }),
  stats({ req, res, path, options }) {
    if (path[1] !== 'summary') throw notFound;
    json(res, statsSummary(statsParts(req, options)));
  },
  metrics({ req, res, path, options }) {
    const metricsOf = { '': kubeletMetrics, resource: resourceMetrics }[path[1] ?? ''];
    if (metricsOf === undefined) throw notFound;
    const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
    res.writeHead(200, headers).end(metricsOf(statsParts(req, options)));
  },
  containerLogs: serveLogs,
};

const notFound = new Refusal(404, '404 page not found');
/** They are for those who change the protocol. */
const streams = ['exec', 'attach', 'portForward'];

async function serve(req: IncomingMessage, res: ServerResponse, options: Serving): Promise<void> {
  const url = new URL(req.url ?? '/', 'https://kubelet');
  const path = url.pathname.split('/').slice(1).map(decodeURIComponent);
  const [first = ''] = path;
  if (streams.includes(first)) throw new Refusal(400, 'Upgrade request required');
  const route = Object.hasOwn(routes, first) ? routes[first] : undefined;
  if (route === undefined) throw notFound;
  if (req.method !== 'GET' && req.method !== 'HEAD') throw new Refusal(405, '405: Method Not Allowed');
  await route({ req, res, path, query: url.searchParams, options });
}

function workersOf({ pods }: KubeletServerOptions, node: string): PodWorker[] {
  return [...pods.workers()].filter(({ pod }) => pod.spec?.nodeName === node);
}

function statsParts(req: IncomingMessage, options: Serving): StatsParts {
  const node = options.nodeOf(req);
  return { runtime: options.runtime, workers: workersOf(options, node), node, now: options.clock.now() };
}
