/** Who sends the request: the authenticators' answer, or anonymous where that is allowed. */
import type { Middleware } from 'koa';
import { failure, newUnauthorized } from '../../apimachinery/errors/status-error.ts';
import { anonymousUser } from '../../apimachinery/request/user-info.ts';
import { type Authenticator, InvalidCredential } from '../authentication/authenticator.ts';
import type { ApiContext, RequestState } from '../request-context.ts';

export interface AuthenticationOptions {
  readonly authenticator: Authenticator;
  /** Paths that anyone may ask for; everything else without a credential is 401. */
  readonly allowsAnonymous: (path: string) => boolean;
}

export function authentication({ authenticator, allowsAnonymous }: AuthenticationOptions): Middleware<RequestState> {
  return async (ctx, next) => {
    refuseImpersonation(ctx);
    try {
      const found = authenticator.authenticate(ctx.req);
      const user = found instanceof Promise ? await found : found;
      if (user !== undefined) ctx.state.user = user;
      else if (allowsAnonymous(ctx.state.info.path)) ctx.state.user = anonymousUser;
      else throw newUnauthorized();
    } catch (error) {
      if (error instanceof InvalidCredential) throw newUnauthorized();
      throw error;
    }
    await next();
  };
}

/** Acting as somebody else is not served yet, and must never be taken for acting as oneself. */
function refuseImpersonation(ctx: ApiContext): void {
  for (const header in ctx.req.headers) {
    if (!header.startsWith('impersonate-')) continue;
    throw failure({
      code: 501,
      reason: 'NotImplemented',
      message: 'impersonation is not served by this version of Portico',
    });
  }
}
