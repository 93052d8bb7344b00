/** The name server of a cluster, for its pods: what arrives at an address of the machine, as datagrams and over connections. */
import { createSocket } from 'node:dgram';
import { getServers } from 'node:dns';
import { once } from 'node:events';
import { createServer, isIPv4, type Socket } from 'node:net';
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { InformerFactory } from '../client/informer-factory.ts';
import { endpointSlices, services } from '../client/resource-types.ts';
import { answerTo, sizeFor, truncated } from './answer.ts';
import { clusterNames } from './cluster-names.ts';
import { FORWARD_TIMEOUT, MAX_DATAGRAM } from './limits.ts';

export interface ClusterDnsOptions {
  readonly informers: InformerFactory;
  readonly domain: string;
  readonly address: string;
  /** 53, but for tests. */
  readonly port?: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Until the signal aborts. Resolves with the port. @throws Error: nobody can listen there */
export async function startClusterDns(options: ClusterDnsOptions): Promise<number> {
  const { address, clock, signal, informers, domain } = options;
  const names = clusterNames({
    domain,
    services: informers.of(services),
    slices: informers.of(endpointSlices),
  });
  const parts = { names, forward: (query: Buffer) => forward(query, clock) };
  const datagrams = createSocket('udp4');
  datagrams.bind({ address, port: options.port ?? 53, exclusive: true });
  await once(datagrams, 'listening');
  datagrams.on('message', (query, { address: client, port }) => {
    void answerTo(query, parts).then((answer) => {
      if (answer === undefined || signal.aborted) return;
      datagrams.send(truncated(answer, Math.min(sizeFor(query), MAX_DATAGRAM)), port, client);
    });
  });
  datagrams.on('error', () => undefined);
  const { port } = datagrams.address();
  const open = new Set<Socket>();
  const connections = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    void talk(socket, (query) => answerTo(query, parts));
  });
  connections.listen({ host: address, port, exclusive: true });
  await once(connections, 'listening');
  const stop = () => {
    datagrams.close();
    connections.close();
    for (const socket of open) socket.destroy();
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return port;
}

/** Queries and answers, each after its length in two bytes. */
async function talk(socket: Socket, answer: (query: Buffer) => Promise<Buffer | undefined>): Promise<void> {
  let held = Buffer.alloc(0);
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const end = 2 + held.readUInt16BE(0);
        const found = await answer(held.subarray(2, end));
        held = held.subarray(end);
        if (found === undefined) return;
        const length = Buffer.alloc(2);
        length.writeUInt16BE(found.length);
        socket.write(Buffer.concat([length, found]));
      }
    }
  } catch {
    // The client has gone.
  } finally {
    socket.end();
  }
}

/** Asks those whom the machine asks, one after the other. */
async function forward(query: Buffer, clock: Clock): Promise<Buffer | undefined> {
  for (const server of getServers().filter(isIPv4)) {
    const answer = await ask(server, query, clock);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function ask(server: string, query: Buffer, clock: Clock): Promise<Buffer | undefined> {
  const socket = createSocket('udp4');
  return new Promise<Buffer | undefined>((resolve) => {
    const cancel = clock.after(FORWARD_TIMEOUT, () => resolve(undefined));
    socket.on('message', (answer, from) => {
      if (from.address !== server || answer.length < 2 || answer.readUInt16BE(0) !== query.readUInt16BE(0)) return;
      cancel();
      resolve(answer);
    });
    socket.on('error', () => resolve(undefined));
    socket.send(query, 53, server);
  }).finally(() => socket.close());
}
