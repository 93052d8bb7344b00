/** May the user do this? No opinion is a refusal, worded as upstream words it. */
import type { Middleware } from 'koa';
import { failure, newForbidden } from '../../apimachinery/errors/status-error.ts';
import type { RequestInfo } from '../../apimachinery/request/request-info.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import type { RequestState } from '../request-context.ts';

export function authorization(authorizer: Authorizer): Middleware<RequestState> {
  return async (ctx, next) => {
    const { user, info } = ctx.state;
    const asked = authorizer.authorize({ user, info });
    const decision = asked instanceof Promise ? await asked : asked;
    if (decision !== 'allow') throw refusal(info, user.name);
    await next();
  };
}

function refusal(info: RequestInfo, user: string): Error {
  if (!info.isResourceRequest) {
    const message = `forbidden: User ${JSON.stringify(user)} cannot ${info.verb} path ${JSON.stringify(info.path)}`;
    return failure({ code: 403, reason: 'Forbidden', message, details: {} });
  }
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`;
  const where = info.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(info.namespace)}`;
  const detail = `User ${JSON.stringify(user)} cannot ${info.verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(info.group)} ${where}`;
  return newForbidden({ group: info.group, resource: info.resource }, info.name, detail);
}
