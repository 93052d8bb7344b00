/** May the user do this? What nobody allows is a refusal. */
import type { Middleware } from 'koa';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { AuthorizationResult, Authorizer } from '../authorization/authorizer.ts';
import { forbiddenError } from '../authorization/forbidden.ts';
import { RequestAttributes } from '../authorization/request-attributes.ts';
import { addAuditAnnotation, type ApiContext, type RequestState, timed } from '../request-context.ts';
import { internalError } from './internal-error.ts';

export function authorization(authorizer: Authorizer, clock: Clock): Middleware<RequestState> {
  return async (ctx, next) => {
    const attributes = new RequestAttributes(ctx);
    const asked = authorizer.authorize(attributes);
    const { decision, reason, error } =
      asked instanceof Promise ? await timed(ctx, asked, { layer: 'authorization', clock }) : asked;
    if (ctx.state.audit !== undefined) annotate(ctx, { decision, reason, error });
    if (decision !== 'allow') {
      if (error !== undefined) throw internalError(ctx, error);
      ctx.res.setHeader('x-content-type-options', 'nosniff');
      throw forbiddenError(attributes, reason);
    }
    await next();
  };
}

/** For the audit trail. */
function annotate(ctx: ApiContext, { decision, reason, error }: AuthorizationResult): void {
  const isUndecided = decision !== 'allow' && error !== undefined;
  if (!isUndecided) addAuditAnnotation(ctx, 'authorization.k8s.io/decision', decision === 'allow' ? 'allow' : 'forbid');
  addAuditAnnotation(ctx, 'authorization.k8s.io/reason', isUndecided ? 'internal error' : reason);
}
