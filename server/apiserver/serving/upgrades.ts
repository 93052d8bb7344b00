/**
 * HTTP/1.1 requests for another protocol (SPDY, WebSocket): they pass through the whole chain like any other, and a handler that
 * grants the wish takes the connection over. Whoever does not answers as usual, and the connection ends with that.
 */
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

interface Upgrade {
  readonly protocol: string;
  readonly socket: TLSSocket;
  readonly response: ServerResponse;
}

const upgrades = new WeakMap<object, Upgrade>();

/** What clients of this API ask for; a wish for anything else is not heard, as HTTP allows. */
export function isUpgradeWish({ headers }: IncomingMessage): boolean {
  const names = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  return names.includes('upgrade') && /^\s*(?:websocket|spdy\/3\.1)\s*$/i.test(headers.upgrade ?? '');
}

/** An answer for a request whose connection Node has let go of. `first`: bytes that came with the head. */
export function responseTo(req: IncomingMessage, socket: TLSSocket, first: Buffer): ServerResponse {
  const response = new ServerResponse(req);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => {
    response.detachSocket(socket);
    socket.destroySoon();
  });
  if (first.length > 0) socket.unshift(first);
  upgrades.set(req, { protocol: req.headers.upgrade ?? '', socket, response });
  return response;
}

/** The protocol that may be granted. */
export function upgradeOf(req: object): string | undefined {
  return upgrades.get(req)?.protocol;
}

/** The bare connection; nothing must be written to the response any more. */
export function takeOver(req: object): Duplex & { destroySoon(): void } {
  const upgrade = upgrades.get(req);
  if (upgrade === undefined) throw new TypeError('the request asks for no other protocol');
  upgrades.delete(req);
  upgrade.response.detachSocket(upgrade.socket);
  return upgrade.socket;
}
