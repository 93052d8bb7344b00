/** What a client reads over a WebSocket in place of a body: each piece is a message, as it comes. Protocols: upstream's. */
import type { Readable } from 'node:stream';
import { failure } from '../../apimachinery/errors/status-error.ts';
import type { ApiContext } from '../request-context.ts';
import { takeOver, upgradeOf } from './upgrades.ts';

/** Whether a piece is a message as it is, or as base64 in a text. A client that names none gets the first. */
const isBinary: ReadonlyMap<string, boolean> = new Map([
  ['binary.k8s.io', true],
  ['base64.binary.k8s.io', false],
]);

export function wantsWebSocket(ctx: ApiContext): boolean {
  return upgradeOf(ctx.req)?.toLowerCase() === 'websocket';
}

/** Resolves when all has been sent, or the client has gone. @throws StatusError 400: it speaks other protocols only */
export async function sendOverWebSocket(ctx: ApiContext, pieces: Readable): Promise<void> {
  const asked = (ctx.get('sec-websocket-protocol') || '').split(',').map((name) => name.trim());
  const protocol = asked.find((name) => isBinary.has(name));
  if (protocol === undefined && asked.some((name) => name !== '')) {
    throw failure({
      code: 400,
      reason: 'BadRequest',
      message: `requested protocol(s) are not supported: ${JSON.stringify(asked)}`,
    });
  }
  const { WebSocketServer } = await import('ws');
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => protocol ?? false });
  ctx.respond = false;
  ctx.state.audit?.start(101, { longRunning: true });
  ctx.res.statusCode = 101;
  const socket = takeOver(ctx.req);
  await new Promise<void>((resolve) => {
    server.handleUpgrade(ctx.req, socket, Buffer.alloc(0), (client) => {
      const signal = ctx.state.signal();
      const end = () => client.terminate();
      signal.addEventListener('abort', end, { once: true });
      client.on('error', end);
      client.once('close', () => {
        signal.removeEventListener('abort', end);
        pieces.destroy();
        resolve();
      });
      const asBytes = protocol === undefined || isBinary.get(protocol) === true;
      pieces.on('data', (piece: Buffer) => {
        // No more is read than the client takes.
        pieces.pause();
        client.send(asBytes ? piece : piece.toString('base64'), { binary: asBytes }, () => pieces.resume());
      });
      pieces.once('end', () => client.close(1000));
      pieces.once('error', end);
    });
    socket.once('close', () => resolve());
  });
}
