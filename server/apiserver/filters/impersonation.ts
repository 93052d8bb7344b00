/** A request that wants to be taken for somebody else's goes on as theirs, if its sender may. */
import type { Middleware } from 'koa';
import { readImpersonation } from '../authentication/impersonation-headers.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import { impersonate } from '../authorization/impersonation.ts';
import { RequestAttributes } from '../authorization/request-attributes.ts';
import type { RequestState } from '../request-context.ts';

export function impersonation(authorizer: Authorizer): Middleware<RequestState> {
  return async (ctx, next) => {
    const wanted = readImpersonation(ctx.req);
    if (wanted !== undefined) {
      const asked = impersonate(authorizer, new RequestAttributes(ctx), wanted);
      const { user, constraint } = await asked.catch((error: unknown) => {
        ctx.res.setHeader('x-content-type-options', 'nosniff');
        throw error;
      });
      ctx.state.user = user;
      ctx.state.audit?.impersonate(user, constraint);
    }
    await next();
  };
}
