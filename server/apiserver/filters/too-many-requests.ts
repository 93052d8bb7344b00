/** 429, as flow control answers it: plain text, since upstream's filter knows nothing of Status. */
import { send } from '../negotiation/write-response.ts';
import type { ApiContext } from '../request-context.ts';

const body = Buffer.from('Too many requests, please try again later.\n');

/** @param retryAfter seconds */
export function refuseTooMany(ctx: ApiContext, retryAfter: number): void {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache, private',
    'retry-after': String(retryAfter),
    'content-length': String(body.length),
  };
  send(ctx, 429, headers, ctx.method === 'HEAD' ? undefined : body);
}
