/** The answer to paths outside the API: plain text, as upstream gives it. */
import type { ApiContext } from '../request-context.ts';
import { send } from '../negotiation/write-response.ts';

const body = Buffer.from('404 page not found\n');

export function anyPathNotFound(ctx: ApiContext): void {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache, private',
    'content-length': String(body.length),
  };
  send(ctx, 404, headers, ctx.method === 'HEAD' ? undefined : body);
}
