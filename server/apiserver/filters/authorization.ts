/** May the user do this? What nobody allows is a refusal. */
import type { Middleware } from 'koa';
import { failure, type StatusError } from '../../apimachinery/errors/status-error.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import { forbiddenError } from '../authorization/forbidden.ts';
import { RequestAttributes } from '../authorization/request-attributes.ts';
import type { ApiContext, RequestState } from '../request-context.ts';

export function authorization(authorizer: Authorizer): Middleware<RequestState> {
  return async (ctx, next) => {
    const attributes = new RequestAttributes(ctx);
    const asked = authorizer.authorize(attributes);
    const { decision, reason, error } = asked instanceof Promise ? await asked : asked;
    if (decision !== 'allow') {
      if (error !== undefined) throw undecided(ctx, error);
      ctx.res.setHeader('x-content-type-options', 'nosniff');
      throw forbiddenError(attributes, reason);
    }
    await next();
  };
}

function undecided(ctx: ApiContext, error: string): StatusError {
  const message = `Internal Server Error: ${JSON.stringify(ctx.req.url ?? '')}: ${error}`;
  return failure({ code: 500, reason: 'InternalError', message });
}
