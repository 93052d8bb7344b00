/**
 * Hands a whole connection on: a client that asks for another protocol (SPDY, WebSocket) gets the other server's answer to that, and
 * from then on each side's bytes go to the other as they are.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { failure, newBadRequest } from '../../apimachinery/errors/status-error.ts';
import { send } from '../negotiation/write-response.ts';
import type { ApiContext } from '../request-context.ts';
import { takeOver, upgradeOf } from '../serving/upgrades.ts';
import { forwardRequest, unreachable } from './forward-request.ts';
import { answerHeaders, requestHeaders } from './forwarded-headers.ts';
import { openRequest, type ProxyTarget, Unreachable } from './proxy-target.ts';

/** For what makes no sense without another protocol. @throws StatusError 400, and as forwardRequest */
export async function forwardUpgrade(ctx: ApiContext, target: ProxyTarget, clock: Clock): Promise<void> {
  const protocol = upgradeOf(ctx.req);
  if (protocol === undefined) throw newBadRequest('Upgrade request required');
  ctx.state.longRunning = true;
  const signal = ctx.state.signal();
  const headers = [...requestHeaders(ctx, target), 'Connection', 'Upgrade', 'Upgrade', protocol];
  let joined: Promise<void> | undefined;
  try {
    const answer = await openRequest(target, {
      method: ctx.method,
      headers,
      clock,
      signal,
      send: (request) => request.end(),
      onUpgrade: (head, socket, first) => {
        joined = join(ctx, { head, socket: socket as Duplex, first }, signal);
      },
    });
    if (answer === undefined) await joined;
    else await refuse(ctx, answer, target);
  } catch (error) {
    if (error instanceof Unreachable) throw unreachable(error, target);
    throw error;
  }
}

/** Whichever the client asks for. */
export function forward(ctx: ApiContext, target: ProxyTarget, clock: Clock): Promise<void> {
  return upgradeOf(ctx.req) === undefined ? forwardRequest(ctx, target, clock) : forwardUpgrade(ctx, target, clock);
}

interface OtherSide {
  readonly head: IncomingMessage;
  readonly socket: Duplex;
  /** Bytes that came with the head. */
  readonly first: Buffer;
}

async function join(ctx: ApiContext, { head, socket: other, first }: OtherSide, signal: AbortSignal): Promise<void> {
  ctx.respond = false;
  ctx.state.audit?.start(101, { longRunning: true });
  // Seen by metrics; the head itself is written below.
  ctx.res.statusCode = 101;
  const client = takeOver(ctx.req);
  const lines = ['HTTP/1.1 101 Switching Protocols'];
  for (let at = 0; at + 1 < head.rawHeaders.length; at += 2) {
    lines.push(`${head.rawHeaders[at]}: ${head.rawHeaders[at + 1]}`);
  }
  client.write(`${lines.join('\r\n')}\r\n\r\n`);
  if (first.length > 0) client.write(first);
  const end = () => {
    client.destroy();
    other.destroy();
  };
  signal.addEventListener('abort', end, { once: true });
  // A connection that breaks says so by closing.
  client.on('error', end);
  other.on('error', end);
  client.pipe(other);
  other.pipe(client);
  await Promise.all([closed(client, () => other.destroy()), closed(other, () => client.destroySoon())]);
  signal.removeEventListener('abort', end);
}

function closed(stream: Duplex, then: () => void): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', () => {
      then();
      resolve();
    });
  });
}

/** It does not want to: its reasons are the answer. */
async function refuse(ctx: ApiContext, answer: IncomingMessage, target: ProxyTarget): Promise<void> {
  const status = answer.statusCode ?? 0;
  if (status < 400) {
    answer.destroy();
    throw failure({ code: 500, reason: '', message: `invalid upgrade response: status code ${status}` });
  }
  const body = Buffer.from(await text(answer));
  const headers: Record<string, string | string[]> = answerHeaders(answer.rawHeaders, target);
  headers['content-length'] = String(body.length);
  send(ctx, status, headers, body);
}
