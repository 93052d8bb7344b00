/** Where a kubelet's server listens: on one port for all its nodes, or on one for each, by which a request says which is meant. */
import { once } from 'node:events';
import type { Server } from 'node:https';
import { type AddressInfo, createServer, type Server as NetServer } from 'node:net';

export interface ListenOptions {
  readonly nodes: readonly string[];
  readonly bindAddress: string;
  /** 0: chosen by the system, as are those of all but the first node. */
  readonly port: number;
  /** The Host header says which node is meant. */
  readonly sharesPort: boolean;
}

export interface Listening {
  portOf(node: string): number;
  /** Undefined: the port does not say. */
  nodeAt(port: number | undefined): string | undefined;
  close(): void;
}

/** @throws Error of the system, such as EADDRINUSE */
export async function listenForNodes(server: Server, options: ListenOptions): Promise<Listening> {
  const { nodes, bindAddress, port, sharesPort } = options;
  const ports = new Map<string, number>();
  const servers: NetServer[] = [server];
  try {
    const first = await listen(server, port, bindAddress);
    for (const [index, node] of nodes.entries()) {
      if (sharesPort || index === 0) {
        ports.set(node, first);
        continue;
      }
      const another = createServer((socket) => server.emit('connection', socket));
      servers.push(another);
      ports.set(node, await listen(another, 0, bindAddress));
    }
  } catch (error) {
    for (const each of servers) each.close();
    throw error;
  }
  const nodesByPort = new Map(sharesPort ? [] : [...ports].map(([node, at]) => [at, node] as const));
  return {
    portOf: (node) => ports.get(node) ?? 0,
    nodeAt: (at) => nodesByPort.get(at ?? 0),
    close() {
      for (const each of servers) each.close();
    },
  };
}

async function listen(server: NetServer, port: number, address: string): Promise<number> {
  server.listen(port, address);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
