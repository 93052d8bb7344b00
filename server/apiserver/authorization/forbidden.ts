/** The refusal of what nobody allows, worded as upstream words it. */
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { failure, newForbidden, type StatusError } from '../../apimachinery/errors/status-error.ts';
import type { AuthorizationAttributes } from './authorizer.ts';

export function forbiddenError({ user, info }: AuthorizationAttributes, reason: string): StatusError {
  const detail =
    withoutMarkup(`User ${goQuote(user.name)} cannot ${what(info)}`) + (reason === '' ? '' : `: ${reason}`);
  if (!info.isResourceRequest) {
    return failure({ code: 403, reason: 'Forbidden', message: `forbidden: ${detail}`, details: {} });
  }
  return newForbidden({ group: info.group, resource: info.resource }, info.name, detail);
}

function what(info: AuthorizationAttributes['info']): string {
  const { verb, group, namespace } = info;
  if (!info.isResourceRequest) return `${verb} path ${goQuote(info.path)}`;
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${goQuote(namespace)}`;
  return `${verb} resource ${goQuote(resource)} in API group ${goQuote(group)} ${where}`;
}

/** What came with the request must not look like HTML. */
function withoutMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
