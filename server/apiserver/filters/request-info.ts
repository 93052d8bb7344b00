/** Puts what the path and query mean into the request's state, and an Audit-ID on the answer. */
import type { Middleware } from 'koa';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Random } from '../../apimachinery/clock/random.ts';
import { newRequestState, type RequestState } from '../request-context.ts';

export function requestInfo({ clock, random }: { clock: Clock; random: Random }): Middleware<RequestState> {
  return (ctx, next) => {
    Object.assign(ctx.state, newRequestState(ctx, clock.monotonic()));
    const given = ctx.req.headers['audit-id'];
    ctx.res.setHeader('audit-id', typeof given === 'string' && given !== '' ? given : random.uuid());
    return next();
  };
}
