/** The answer of another server on its way to the client, as it comes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { writeHead } from '../negotiation/write-response.ts';
import type { ApiContext } from '../request-context.ts';

export interface PassedHead {
  /** In place of the answer's own body. */
  readonly body?: Readable | undefined;
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
}

/** Resolves when all has been passed on, or one of the two has gone. */
export async function passOn(ctx: ApiContext, answer: IncomingMessage, head: PassedHead): Promise<void> {
  const { status, headers, body = answer } = head;
  const res: ServerResponse = ctx.res;
  ctx.respond = false;
  if (res.destroyed) {
    answer.destroy();
    return;
  }
  writeHead(ctx, status, headers);
  // What comes slowly is shown as it comes, its head first.
  res.flushHeaders();
  // Half an answer ends with a broken connection, so that nobody takes it for whole.
  await pipeline(body, res).catch(() => res.destroy());
}
