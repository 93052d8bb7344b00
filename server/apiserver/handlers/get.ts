/** GET of one object. */
import { newBadRequest } from '../../apimachinery/errors/status-error.ts';
import { answerObject, negotiateObject } from './answer.ts';
import type { ResourceHandler } from './handler-environment.ts';
import { waitForFreshness } from './read-freshness.ts';
import { parseExactVersion, parseFlag } from './request-options.ts';

export const handleGet: ResourceHandler = async (ctx, scope, environment) => {
  const options = negotiateObject(ctx, scope, environment);
  const version = ctx.state.query === undefined ? undefined : parseGetQuery(ctx.state.query);
  const wait = waitForFreshness(environment.cacher, version);
  if (wait !== undefined) await wait;
  const { namespace, name } = ctx.state.info;
  const found = scope.store.get(namespace, name);
  const cached = found instanceof Promise ? await found : found;
  await answerObject(ctx, scope, options, { status: 200, source: { cached } });
};

/** The resourceVersion asked for. @throws StatusError 400, 500. */
function parseGetQuery(query: URLSearchParams): number | undefined {
  if (parseFlag(query.get('export'))) {
    throw newBadRequest('the export parameter, deprecated since v1.14, is no longer supported');
  }
  const version = query.get('resourceVersion') ?? '';
  return version === '' ? undefined : parseExactVersion(version);
}
