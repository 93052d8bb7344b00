/** GET of one object. */
import { answerObject, negotiateObject } from './answer.ts';
import type { ResourceHandler } from './handler-environment.ts';
import { waitForFreshness } from './read-freshness.ts';
import { parseResourceVersion } from './request-options.ts';
import { queryValue } from '../request-context.ts';

export const handleGet: ResourceHandler = async (ctx, scope, environment) => {
  const options = negotiateObject(ctx, environment);
  const version = queryValue(ctx, 'resourceVersion') ?? '';
  const wait = waitForFreshness(environment.cacher, version === '' ? undefined : parseResourceVersion(version));
  if (wait !== undefined) await wait;
  const { namespace, name } = ctx.state.info;
  await answerObject(ctx, scope, options, { status: 200, source: { cached: scope.store.get(namespace, name) } });
};
