/** Who sends the request: the authenticators' answer, or anonymous where that is allowed. */
import type { Middleware } from 'koa';
import { newUnauthorized } from '../../apimachinery/errors/status-error.ts';
import { anonymousUser } from '../../apimachinery/request/user-info.ts';
import { type Authenticator, InvalidCredential } from '../authentication/authenticator.ts';
import type { ApiContext, RequestState } from '../request-context.ts';

export interface AuthenticationOptions {
  readonly authenticator: Authenticator;
  /** Paths that may be asked for without a credential, as system:anonymous; others are then 401. */
  readonly allowsAnonymous: (path: string) => boolean;
  /** Told of requests that are refused, before they are answered. */
  readonly onRefusal: (ctx: ApiContext) => void;
}

export function authentication({
  authenticator,
  allowsAnonymous,
  onRefusal,
}: AuthenticationOptions): Middleware<RequestState> {
  return async (ctx, next) => {
    try {
      const found = authenticator.authenticate(ctx.req);
      const user = found instanceof Promise ? await found : found;
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
