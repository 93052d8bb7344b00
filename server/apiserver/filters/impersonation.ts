/** A request that wants to be taken for somebody else's goes on as theirs, if its sender may. */
import type { Middleware } from 'koa';
import { readImpersonation } from '../authentication/impersonation-headers.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import { impersonate } from '../authorization/impersonation.ts';
import { RequestAttributes } from '../authorization/request-attributes.ts';
import type { ApiContext, RequestState } from '../request-context.ts';

export function impersonation(authorizer: Authorizer): Middleware<RequestState> {
  return async (ctx, next) => {
    try {
      await becomeWanted(ctx, authorizer);
    } catch (error) {
      // Upstream answers refusals here, and not where other errors are written.
      ctx.res.setHeader('x-content-type-options', 'nosniff');
      throw error;
    }
    await next();
  };
}

async function becomeWanted(ctx: ApiContext, authorizer: Authorizer): Promise<void> {
  const wanted = readImpersonation(ctx.req);
  if (wanted === undefined) return;
  const { user, constraint } = await impersonate(authorizer, new RequestAttributes(ctx), wanted);
  ctx.state.user = user;
  ctx.state.audit?.impersonate(user, constraint);
}
