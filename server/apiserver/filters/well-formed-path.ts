/** A path with broken percent-encoding names nothing, not even something to be found missing: 400, as Go's server answers. */
import type { Middleware } from 'koa';
import { send } from '../negotiation/write-response.ts';
import type { RequestState } from '../request-context.ts';
import { brokenEscape } from '../request-info-parser.ts';

export const wellFormedPath: Middleware<RequestState> = (ctx, next) => {
  const url = ctx.req.url ?? '';
  if (!url.includes('%') || !brokenEscape.test(url.split('?', 1)[0] ?? '')) return next();
  ctx.res.removeHeader('audit-id');
  const body = Buffer.from('400 Bad Request');
  send(ctx, 400, { 'content-type': 'text/plain; charset=utf-8', 'content-length': String(body.length) }, body);
  return undefined;
};
