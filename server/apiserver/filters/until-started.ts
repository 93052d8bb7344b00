/** Holds requests until the server has read what is stored: what it would answer before is of the past, or a refusal in error. */
import type { Middleware } from 'koa';
import type { RequestState } from '../request-context.ts';

/** Whoever asks for these wants to know how far it is. */
const answeredAtOnce = /^\/(livez|readyz|healthz|metrics|version)(\/|$)/;

export function untilStarted(started: Promise<void>): Middleware<RequestState> {
  let isStarted = false;
  void started.then(() => {
    isStarted = true;
  });
  return async (ctx, next) => {
    if (!isStarted && !answeredAtOnce.test(ctx.state.info.path)) await started;
    await next();
  };
}
