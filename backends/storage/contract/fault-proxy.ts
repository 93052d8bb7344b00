/** Stands between a store and its database and breaks things: cuts, swallows answers, loses notifications. */
import net from 'node:net';

export interface FaultProxy {
  readonly host: string;
  readonly port: number;
  /** Notifications do not get through, as with a pooler that hands the session to others. */
  dropNotifications: boolean;
  /** New connections are refused. */
  refuse: boolean;
  /** Called with the number of connections refused so far. */
  onRefused: ((count: number) => void) | undefined;
  /** Called with every message from a client: 'cut' passes it on, and then loses the connection before any answer. */
  onRequest: ((message: Buffer) => 'pass' | 'cut') | undefined;
  cutAll(): void;
  close(): Promise<void>;
}

const NOTIFICATION_RESPONSE = 'A'.charCodeAt(0);

/** To the Unix socket of a PostgreSQL server. */
export async function startFaultProxy(socketPath: string): Promise<FaultProxy> {
  const open = new Set<net.Socket>();
  let refused = 0;
  const server = net.createServer((client) => {
    if (proxy.refuse) {
      client.destroy();
      proxy.onRefused?.(++refused);
      return;
    }
    const upstream = net.connect(socketPath);
    let muted = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
      open.delete(client);
    };
    open.add(client);
    for (const socket of [client, upstream]) {
      socket.on('error', end);
      socket.on('close', end);
    }
    client.on('data', (data: Buffer) => {
      if (proxy.onRequest?.(data) === 'cut') {
        muted = true;
        // The database gets the request, and only its answer is lost.
        upstream.write(data, () => setImmediate(() => client.destroy()));
      } else {
        upstream.write(data);
      }
    });
    const messages = new MessageFilter((type) => type !== NOTIFICATION_RESPONSE || !proxy.dropNotifications);
    upstream.on('data', (data: Buffer) => {
      const passed = messages.filter(data);
      if (!muted && passed.length > 0) {
        client.write(passed);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: FaultProxy = {
    host: '127.0.0.1',
    port: (server.address() as net.AddressInfo).port,
    dropNotifications: false,
    refuse: false,
    onRequest: undefined,
    onRefused: undefined,
    cutAll: () => open.forEach((socket) => socket.destroy()),
    close: async () => {
      proxy.cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

/** Leaves out whole messages of PostgreSQL's protocol: one byte of type, four of length. */
class MessageFilter {
  readonly #keep: (type: number) => boolean;
  #rest: Buffer = Buffer.alloc(0);

  constructor(keep: (type: number) => boolean) {
    this.#keep = keep;
  }

  filter(data: Buffer): Buffer {
    const all = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data]);
    const kept: Buffer[] = [];
    let at = 0;
    while (all.length - at >= 5) {
      const end = at + 1 + all.readUInt32BE(at + 1);
      if (end > all.length) {
        break;
      }
      if (this.#keep(all[at] ?? 0)) {
        kept.push(all.subarray(at, end));
      }
      at = end;
    }
    this.#rest = all.subarray(at);
    return Buffer.concat(kept);
  }
}
