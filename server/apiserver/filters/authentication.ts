/** Who sends the request: the authenticators' answer, or anonymous where that is allowed. */
import type { Middleware } from 'koa';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { newUnauthorized } from '../../apimachinery/errors/status-error.ts';
import { anonymousUser } from '../../apimachinery/request/user-info.ts';
import { type Authenticator, InvalidCredential } from '../authentication/authenticator.ts';
import { type ApiContext, type RequestState, timed } from '../request-context.ts';
import { RequestRemarks } from '../request-remarks.ts';

export interface AuthenticationOptions {
  readonly clock: Clock;
  readonly authenticator: Authenticator;
  /** Paths that may be asked for without a credential, as system:anonymous; others are then 401. */
  readonly allowsAnonymous: (path: string) => boolean;
  /** Told of requests that are refused, before they are answered. */
  readonly onRefusal: (ctx: ApiContext) => void;
}

export function authentication({
  clock,
  authenticator,
  allowsAnonymous,
  onRefusal,
}: AuthenticationOptions): Middleware<RequestState> {
  return async (ctx, next) => {
    try {
      const found = authenticator.authenticate(ctx.req, new RequestRemarks(ctx));
      const user = found instanceof Promise ? await timed(ctx, found, { layer: 'authentication', clock }) : found;
      if (user !== undefined) ctx.state.user = user;
      else if (allowsAnonymous(ctx.state.info.path)) ctx.state.user = anonymousUser;
      else throw newUnauthorized();
    } catch (error) {
      const refusal = error instanceof InvalidCredential ? newUnauthorized() : error;
      onRefusal(ctx);
      throw refusal;
    }
    await next();
  };
}
