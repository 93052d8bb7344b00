/** Forwarded ports: each connection of the client's is a pair of SPDY streams, or of WebSocket channels. */
import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket } from 'ws';
import type { Connection } from '../../../backends/runtime/interface.ts';
import { ByteQueue } from './byte-queue.ts';
import { SpdyConnection, type SpdyStream } from './spdy/spdy-connection.ts';

export const portForwardProtocol = 'portforward.k8s.io';
/** SPDY within a WebSocket. */
export const tunnelProtocol = 'SPDY/3.1+portforward.k8s.io';

/** @throws Error that says why the port cannot be reached */
export type ConnectPort = (port: number) => Promise<Connection>;

/** Resolves when the client has gone. */
export async function forwardOverSpdy(socket: Duplex, connect: ConnectPort): Promise<void> {
  /** Half pairs, by request ID. */
  const waiting = new Map<string, { readonly data?: SpdyStream; readonly error?: SpdyStream }>();
  const connection = new SpdyConnection(socket, (stream) => {
    const id = stream.headers.get('requestid') ?? '';
    const type = stream.headers.get('streamtype');
    if (type !== 'data' && type !== 'error') {
      stream.reset();
      return;
    }
    const pair = { ...waiting.get(id), [type]: stream };
    const { data, error } = pair;
    if (data === undefined || error === undefined) {
      waiting.set(id, pair);
      return;
    }
    waiting.delete(id);
    void forwardPair(connection, { data, error }, connect);
  });
  await connection.run();
}

export async function forwardOverTunnel(socket: WebSocket, connect: ConnectPort): Promise<void> {
  const stream = createWebSocketStream(socket);
  // A tunnel that breaks has ended.
  stream.on('error', () => socket.terminate());
  await forwardOverSpdy(stream, connect);
}

async function forwardPair(
  spdy: SpdyConnection,
  { data, error }: { readonly data: SpdyStream; readonly error: SpdyStream },
  connect: ConnectPort,
): Promise<void> {
  const port = Number(data.headers.get('port') ?? '');
  try {
    const connection = await connect(port);
    const up = (async () => {
      for await (const chunk of data.data) connection.write(chunk);
      connection.end();
    })();
    for await (const chunk of connection.read) {
      data.write(chunk);
      await spdy.drained();
    }
    data.end();
    error.end();
    await up;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    error.write(Buffer.from(`an error occurred forwarding ${port}: ${reason}`));
    error.end();
    data.end();
  }
}

/** Two channels a port, data and errors, each begun with the port's number. */
export async function forwardOverChannels(
  socket: WebSocket,
  ports: readonly number[],
  connect: ConnectPort,
): Promise<void> {
  const send = (channel: number, data: Uint8Array) => {
    if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.of(channel), data]));
  };
  const queues = ports.map(() => new ByteQueue());
  socket.on('message', (message: Buffer) => {
    const channel = message[0] ?? 0;
    const wait = channel % 2 === 0 ? queues[channel / 2]?.push(Buffer.from(message.subarray(1))) : undefined;
    if (wait === undefined) return;
    socket.pause();
    void wait.then(() => socket.resume());
  });
  socket.on('error', () => socket.terminate());
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      for (const queue of queues) queue.end();
      resolve();
    });
  });
  const forwardPort = async (port: number, index: number) => {
    const [data, errors] = [2 * index, 2 * index + 1];
    const number = Buffer.alloc(2);
    number.writeUInt16LE(port);
    send(data, number);
    send(errors, number);
    try {
      const connection = await connect(port);
      void closed.then(() => connection.end());
      const up = (async () => {
        for await (const chunk of queues[index] ?? []) connection.write(chunk);
      })();
      for await (const chunk of connection.read) send(data, chunk);
      await up;
    } catch (cause) {
      send(errors, Buffer.from(cause instanceof Error ? cause.message : String(cause)));
    }
  };
  // Whatever becomes of one port, the others go on until the client leaves.
  ports.forEach((port, index) => void forwardPort(port, index));
  await closed;
}
