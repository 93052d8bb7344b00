/**
 * A pooler as operators put before PostgreSQL, in its strictest mode: whoever sends something gets any free session, and
 * keeps it until the end of the transaction. No prepared statement, no LISTEN and no setting can be relied upon.
 */
import net from 'node:net';

export interface TransactionPooler {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

interface Session {
  readonly socket: net.Socket;
  owner: PooledClient | undefined;
  /** Bytes of a message that is not complete yet. */
  rest: Buffer;
}

interface PooledClient {
  readonly socket: net.Socket;
  session: Session | undefined;
  waiting: Buffer[];
}

const TERMINATE = 'X'.charCodeAt(0);
const READY_FOR_QUERY = 'Z'.charCodeAt(0);
const IDLE = 'I'.charCodeAt(0);
const SSL_REQUEST = 80_877_103;

/** What a client is told at its start: let in, a key, ready. */
const WELCOME = Buffer.from([
  ...[0x52, 0, 0, 0, 8, 0, 0, 0, 0],
  ...[0x4b, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 1],
  ...[READY_FOR_QUERY, 0, 0, 0, 5, IDLE],
]);

/** `sessions` connections to the Unix socket of a server that trusts `user`. */
export async function startTransactionPooler(
  socketPath: string,
  { user, database, sessions }: { user: string; database: string; sessions: number },
): Promise<TransactionPooler> {
  const pool = await Promise.all(Array.from({ length: sessions }, () => openSession(socketPath, user, database)));
  const clients = new Set<PooledClient>();
  let next = 0;

  const assign = () => {
    for (const client of clients) {
      if (client.session === undefined && client.waiting.length > 0) {
        // In turn, so that hardly anyone meets the same session twice.
        const free = pool.findIndex((_, index) => pool[(next + index) % pool.length]?.owner === undefined);
        const session = free === -1 ? undefined : pool[(next + free) % pool.length];
        if (session === undefined) {
          return;
        }
        next = (next + free + 1) % pool.length;
        client.session = session;
        session.owner = client;
        session.socket.write(Buffer.concat(client.waiting.splice(0)));
      }
    }
  };

  for (const session of pool) {
    session.socket.on('data', (data: Buffer) => {
      const owner = session.owner;
      owner?.socket.write(data);
      session.rest = Buffer.concat([session.rest, data]);
      while (session.rest.length >= 5 && session.rest.length > session.rest.readUInt32BE(1)) {
        const end = 1 + session.rest.readUInt32BE(1);
        const ready = session.rest[0] === READY_FOR_QUERY && session.rest[5] === IDLE;
        session.rest = session.rest.subarray(end);
        if (ready && owner !== undefined) {
          owner.session = undefined;
          session.owner = undefined;
        }
      }
      assign();
    });
    session.socket.on('error', () => {});
  }

  const server = net.createServer((socket) => {
    const client: PooledClient = { socket, session: undefined, waiting: [] };
    let started = false;
    clients.add(client);
    socket.on('error', () => {});
    socket.on('close', () => clients.delete(client));
    socket.on('data', (data: Buffer) => {
      if (!started) {
        if (data.readUInt32BE(4) === SSL_REQUEST) {
          socket.write('N');
          return;
        }
        started = true;
        socket.write(WELCOME);
        return;
      }
      if (data[0] === TERMINATE) {
        socket.end();
      } else if (client.session !== undefined) {
        client.session.socket.write(data);
      } else {
        client.waiting.push(data);
        assign();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: '127.0.0.1',
    port: (server.address() as net.AddressInfo).port,
    close: async () => {
      for (const { socket } of [...clients, ...pool]) {
        socket.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function openSession(socketPath: string, user: string, database: string): Promise<Session> {
  const socket = net.connect(socketPath);
  const parameters = Buffer.from(`user\0${user}\0database\0${database}\0client_encoding\0UTF8\0\0`);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + parameters.length, 0);
  header.writeUInt32BE(196_608, 4);
  socket.write(Buffer.concat([header, parameters]));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    const onData = (data: Buffer) => {
      // Its last six bytes: ready, idle.
      if (data.at(-6) === READY_FOR_QUERY) {
        socket.off('data', onData);
        resolve();
      }
    };
    socket.on('data', onData);
  });
  return { socket, owner: undefined, rest: Buffer.alloc(0) };
}
