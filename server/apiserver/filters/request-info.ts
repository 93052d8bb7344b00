/** Puts what the path and query mean into the request's state, and an Audit-ID on the answer. */
import type { Middleware } from 'koa';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Random } from '../../apimachinery/clock/random.ts';
import { send } from '../negotiation/write-response.ts';
import { type ApiContext, newRequestState, type RequestState } from '../request-context.ts';
import { RequestInfoError } from '../request-info-parser.ts';

export function requestInfo({ clock, random }: { clock: Clock; random: Random }): Middleware<RequestState> {
  return (ctx, next) => {
    const given = ctx.req.headers['audit-id'];
    ctx.res.setHeader('audit-id', typeof given === 'string' && given !== '' ? given : random.uuid());
    try {
      Object.assign(ctx.state, newRequestState(ctx, clock.monotonic()));
    } catch (error) {
      if (!(error instanceof RequestInfoError)) throw error;
      refuse(ctx, error);
      return undefined;
    }
    return next();
  };
}

/** Upstream's filter is above those that know of Status. */
function refuse(ctx: ApiContext, { message }: RequestInfoError): void {
  const path = JSON.stringify(ctx.req.url ?? '');
  const body = Buffer.from(`Internal Server Error: ${path}: failed to create RequestInfo: ${message}\n`);
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'content-length': String(body.length),
  };
  send(ctx, 500, headers, body);
}
