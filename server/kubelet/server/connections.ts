/** Exec, attach and port-forward: from a request for another protocol to the runtime. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Runtime, Streams } from '../../../backends/runtime/interface.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { PodWorker } from '../pod-worker.ts';
import { MAX_PORTS } from './limits.ts';
import {
  type ConnectPort,
  forwardOverChannels,
  forwardOverSpdy,
  forwardOverTunnel,
  portForwardProtocol,
  tunnelProtocol,
} from './port-forward.ts';
import { Refusal, runningContainerOf } from './refusal.ts';
import { runRemoteCommand, wantedStreams } from './remote-command.ts';
import { spdyCommand, spdyCommandProtocols } from './spdy-command.ts';
import { webSocketCommand, webSocketCommandProtocols } from './web-socket-command.ts';

/** The pods that are served. */
export interface ServedPods {
  worker(namespace: string, name: string): PodWorker | undefined;
  workers(): Iterable<PodWorker>;
}

export interface ConnectionParts {
  readonly pods: ServedPods;
  readonly runtime: Runtime;
  readonly clock: Clock;
}

interface Upgrade {
  readonly socket: Duplex;
  readonly first: Buffer;
}

/** @throws Refusal while the protocol has not been changed */
export async function connectionTo(parts: ConnectionParts, req: IncomingMessage, upgrade: Upgrade): Promise<void> {
  const url = new URL(req.url ?? '/', 'https://kubelet');
  const path = url.pathname.split('/').slice(1).map(decodeURIComponent);
  const [kind = '', namespace = '', name = ''] = path;
  const worker = parts.pods.worker(namespace, name);
  if (worker === undefined) throw new Refusal(404, 'pod does not exist');
  // …/NAMESPACE/POD/UID/CONTAINER is known too.
  if (kind === 'exec' || kind === 'attach') {
    const containerId = runningContainerOf(worker, path.at(-1) ?? '');
    const query = url.searchParams;
    const run = (streams: Streams) =>
      kind === 'exec'
        ? parts.runtime.exec(containerId, { ...streams, command: query.getAll('command') })
        : parts.runtime.attach(containerId, streams).then(() => 0);
    await runCommand({ ...parts, req, upgrade, query, run });
  } else if (kind === 'portForward') await forwardPorts(parts, { req, upgrade, worker, query: url.searchParams });
  else throw new Refusal(404, '404 page not found');
}

async function runCommand({
  clock,
  req,
  upgrade,
  query,
  run,
}: ConnectionParts & {
  readonly req: IncomingMessage;
  readonly upgrade: Upgrade;
  readonly query: URLSearchParams;
  readonly run: (streams: Streams) => Promise<number>;
}): Promise<void> {
  const wanted = wantedStreams(query);
  if (!wanted.stdin && !wanted.stdout && !wanted.stderr) {
    throw new Refusal(400, 'you must specify at least 1 of stdin, stdout, stderr');
  }
  if (isWebSocket(req)) {
    const socket = await acceptWebSocket(req, upgrade, webSocketCommandProtocols);
    await runRemoteCommand(webSocketCommand(socket, wanted), wanted.tty, run);
    return;
  }
  const protocol = acceptSpdy(req, upgrade, spdyCommandProtocols);
  const connection = await spdyCommand({ socket: upgrade.socket, protocol, wanted, clock });
  // The client has gone, or has never opened its streams.
  if (connection !== undefined) await runRemoteCommand(connection, wanted.tty, run);
}

async function forwardPorts(
  { runtime }: ConnectionParts,
  {
    req,
    upgrade,
    worker,
    query,
  }: {
    readonly req: IncomingMessage;
    readonly upgrade: Upgrade;
    readonly worker: PodWorker;
    readonly query: URLSearchParams;
  },
): Promise<void> {
  const connect: ConnectPort = async (port) => {
    const { sandbox } = worker;
    if (sandbox === undefined) throw new Error('the pod is not running');
    return runtime.connect(sandbox.id, port);
  };
  if (!isWebSocket(req)) {
    acceptSpdy(req, upgrade, [portForwardProtocol]);
    await forwardOverSpdy(upgrade.socket, connect);
    return;
  }
  const asked = (req.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (asked.includes(tunnelProtocol)) {
    await forwardOverTunnel(await acceptWebSocket(req, upgrade, [tunnelProtocol]), connect);
    return;
  }
  const ports = (query.get('port') ?? '').split(',').map(Number);
  if (ports.length > MAX_PORTS || !ports.every((port) => Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new Refusal(400, 'query parameter "port" is required');
  }
  const socket = await acceptWebSocket(req, upgrade, ['v4.channel.k8s.io', 'portforward.k8s.io']);
  await forwardOverChannels(socket, ports, connect);
}

function isWebSocket(req: IncomingMessage): boolean {
  return req.headers.upgrade?.toLowerCase() === 'websocket';
}

/** @throws Refusal */
function acceptWebSocket(
  req: IncomingMessage,
  { socket, first }: Upgrade,
  known: readonly string[],
): Promise<WebSocket> {
  const asked = (req.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const protocol = asked.find((name) => known.includes(name));
  // A client that names none speaks the oldest, as browsers do.
  if (protocol === undefined && asked.some((name) => name !== '')) {
    throw new Refusal(403, `unable to upgrade: unable to negotiate protocol: client supports ${JSON.stringify(asked)}`);
  }
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => protocol ?? false });
  return new Promise((resolve) => server.handleUpgrade(req, socket, first, resolve));
}

/** @throws Refusal */
function acceptSpdy(req: IncomingMessage, { socket, first }: Upgrade, known: readonly string[]): string {
  if (req.headers.upgrade?.toLowerCase() !== 'spdy/3.1') {
    throw new Refusal(400, `unable to upgrade: missing upgrade headers in request`);
  }
  const asked = [req.headers['x-stream-protocol-version'] ?? []].flat().flatMap((names) => names.split(','));
  const protocol = asked.map((name) => name.trim()).find((name) => known.includes(name));
  if (protocol === undefined && asked.length > 0) {
    const lists = `client supports ${JSON.stringify(asked)}, server accepts ${JSON.stringify(known)}`;
    throw new Refusal(403, `unable to upgrade: unable to negotiate protocol: ${lists}`);
  }
  const chosen = protocol ?? known.at(-1) ?? '';
  if (first.length > 0) socket.unshift(first);
  const head = [
    'HTTP/1.1 101 Switching Protocols',
    'Connection: Upgrade',
    'Upgrade: SPDY/3.1',
    `X-Stream-Protocol-Version: ${chosen}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  return chosen;
}
