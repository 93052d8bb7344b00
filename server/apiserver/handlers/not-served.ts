/** Parts of the API that this server lists but does not serve yet answer so, clearly, instead of pretending. */
import { failure } from '../../apimachinery/errors/status-error.ts';
import type { ResourceHandler } from './handler-environment.ts';

export const handleNotServed: ResourceHandler = (ctx, scope) => {
  const { resource, subresource } = ctx.state.info;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  return Promise.reject(
    failure({
      code: 501,
      reason: 'NotImplemented',
      message: `${what} of ${scope.apiVersion} is not served by this version of Portico`,
      details: { kind: resource, ...(scope.group === '' ? {} : { group: scope.group }) },
    }),
  );
};
