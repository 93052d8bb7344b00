/** Passes on what arrives at an address of the machine: connections as they are, datagrams by flows that are forgotten when idle. */
import { createSocket, type RemoteInfo, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { RuntimeError } from '../errors.ts';
import type { OpenRelay, Relay } from '../interface.ts';
import { UDP_FLOW_IDLE } from '../limits.ts';

/** @throws RuntimeError: it cannot listen there */
export async function openRelay(relay: Relay, clock: Clock): Promise<OpenRelay> {
  try {
    return await (relay.protocol === 'TCP' ? relayConnections(relay) : relayDatagrams(relay, clock));
  } catch (error) {
    const { protocol, address, port } = relay;
    const why = error instanceof Error ? error.message : String(error);
    throw new RuntimeError(`nobody can listen on ${protocol} ${address}:${port}: ${why}`);
  }
}

async function relayConnections({ address, port, choose }: Relay): Promise<OpenRelay> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    const target = choose(plainAddress(socket.remoteAddress ?? ''));
    socket.on('error', () => socket.destroy());
    if (target === undefined) {
      socket.resetAndDestroy();
      return;
    }
    const further = connect({ host: target.address, port: target.port, allowHalfOpen: true });
    const ends = [socket, further] as const;
    for (const end of ends) {
      open.add(end);
      end.once('close', () => open.delete(end));
    }
    // A side that breaks off breaks the other off.
    socket.once('close', () => further.destroy());
    further.once('error', () => socket.resetAndDestroy());
    further.once('connect', () => {
      socket.pipe(further);
      further.pipe(socket);
    });
  });
  server.listen({ host: address, port, exclusive: true });
  await once(server, 'listening');
  server.on('error', () => undefined);
  return {
    choosesAnew: () => undefined,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

interface Flow {
  readonly socket: DatagramSocket;
  isUsed: boolean;
}

async function relayDatagrams({ address, port, choose }: Relay, clock: Clock): Promise<OpenRelay> {
  const socket = createSocket('udp4');
  const flows = new Map<string, Flow>();
  const end = (key: string, flow: Flow) => {
    if (flows.get(key) !== flow) return;
    flows.delete(key);
    flow.socket.close();
  };
  const watch = (key: string, flow: Flow): void => {
    clock.after(UDP_FLOW_IDLE, () => {
      if (flows.get(key) !== flow) return;
      if (!flow.isUsed) end(key, flow);
      else {
        flow.isUsed = false;
        watch(key, flow);
      }
    });
  };
  const flowOf = (client: RemoteInfo): Flow | undefined => {
    const key = `${client.address}:${client.port}`;
    const known = flows.get(key);
    if (known !== undefined) return known;
    const target = choose(client.address);
    if (target === undefined) return undefined;
    const flow: Flow = { socket: createSocket('udp4'), isUsed: true };
    flow.socket.on('message', (message, from) => {
      if (from.address !== target.address || from.port !== target.port) return;
      flow.isUsed = true;
      socket.send(message, client.port, client.address);
    });
    flow.socket.on('error', () => end(key, flow));
    flow.socket.connect(target.port, target.address);
    flows.set(key, flow);
    watch(key, flow);
    return flow;
  };
  socket.on('message', (message, client) => {
    const flow = flowOf(client);
    if (flow === undefined) return;
    flow.isUsed = true;
    send(flow.socket, message);
  });
  socket.bind({ address, port, exclusive: true });
  await once(socket, 'listening');
  socket.on('error', () => undefined);
  const choosesAnew = () => {
    for (const [key, flow] of flows) end(key, flow);
  };
  return {
    choosesAnew,
    close() {
      choosesAnew();
      socket.close();
    },
  };
}

/** Of a flow; what cannot be delivered is lost, as datagrams are. */
function send(socket: DatagramSocket, message: Buffer): void {
  try {
    socket.send(message, () => undefined);
  } catch {
    // Until it is connected, nobody is there to send to.
    socket.once('connect', () => socket.send(message, () => undefined));
  }
}

function plainAddress(address: string): string {
  return address.replace(/^::ffff:/, '');
}
