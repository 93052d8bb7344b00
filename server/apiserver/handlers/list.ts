/** LIST: which state to show (resourceVersion, its match, a continue token), then slices of the cache. */
import { Compacted } from '../../../backends/storage/errors.ts';
import { newBadRequest, newPathNotFound, newResourceExpired } from '../../apimachinery/errors/status-error.ts';
import { Expired, type ListResult } from '../cacher/interface.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import { answerList, negotiateList } from './answer.ts';
import { decodeContinueToken, encodeContinueToken, inconsistentRevision } from './continue-token.ts';
import type { HandlerEnvironment, ResourceHandler } from './handler-environment.ts';
import { waitForFreshness } from './read-freshness.ts';
import { type ListQuery, parseListQuery } from './request-options.ts';
import { parseSelection } from './selection.ts';
import { serveWatch } from './watch.ts';

export const handleList: ResourceHandler = async (ctx, scope, environment) => {
  const query = parseListQuery(ctx);
  if (query.watch) {
    await serveWatch(ctx, scope, environment, query);
    return;
  }
  const options = negotiateList(ctx, scope, environment);
  const { keyPrefix, list } = await readList(scope, environment, query, ctx.state.info.namespace);
  const continueToken =
    list.continueAfter === undefined
      ? undefined
      : encodeContinueToken({ revision: list.revision, after: list.continueAfter }, keyPrefix);
  await answerList(ctx, scope, options, { ...list, continueToken });
};

/** Also what deletecollection works through. */
export async function readList(
  scope: ResourceScope,
  environment: HandlerEnvironment,
  query: ListQuery,
  namespace: string,
): Promise<{ keyPrefix: string; list: ListResult }> {
  const { cache, definition } = scope;
  const selector = parseSelection(query.labelSelector, query.fieldSelector, definition);
  const scopedTo = definition.namespaced && namespace !== '' ? namespace : undefined;
  const keyPrefix = scopedTo === undefined ? cache.resource.prefix : `${cache.resource.prefix}${scopedTo}/`;
  // Upstream's cache answers "any" without pages: a limit with resourceVersion=0 is ignored.
  const limit = query.limit > 0 && query.resourceVersion !== 0 ? query.limit : undefined;

  if (query.continue !== '') {
    const token = decodeContinueToken(query.continue, keyPrefix);
    if (query.resourceVersion !== undefined && query.resourceVersion !== 0) {
      throw newBadRequest('specifying resource version is not allowed when using continue');
    }
    try {
      if (token.revision === inconsistentRevision) await cache.waitUntilConsistent();
      else await cache.waitUntilFresh(token.revision);
      const atRevision = token.revision === inconsistentRevision ? undefined : token.revision;
      return {
        keyPrefix,
        list: await cache.list({ namespace: scopedTo, selector, limit, startAfter: token.after, atRevision }),
      };
    } catch (error) {
      if (!(error instanceof Expired) && !(error instanceof Compacted)) throw error;
      throw expiredContinue(token.after, keyPrefix);
    }
  }

  const { resourceVersion } = query;
  const exact =
    query.match === 'Exact' ||
    (query.match === '' && limit !== undefined && resourceVersion !== undefined && resourceVersion !== 0);
  const wait = waitForFreshness(cache, resourceVersion);
  if (wait !== undefined) {
    await wait;
    requireServed(scope, environment);
  }
  try {
    return {
      keyPrefix,
      list: await cache.list({ namespace: scopedTo, selector, limit, atRevision: exact ? resourceVersion : undefined }),
    };
  } catch (error) {
    if (!(error instanceof Expired)) throw error;
    throw newResourceExpired('The resourceVersion for the provided list is too old.');
  }
}

/** Waiting may have shown that a definition is gone, deleted through another server, and with it what it served. */
function requireServed({ definition, apiVersion }: ResourceScope, { scopeOf }: HandlerEnvironment): void {
  if (definition.custom === undefined) return;
  const [group = '', version = ''] = apiVersion.split('/');
  if (scopeOf(group, version, definition.resource) === undefined) throw newPathNotFound();
}

function expiredContinue(after: string, keyPrefix: string): Error {
  const fresh = encodeContinueToken({ revision: inconsistentRevision, after }, keyPrefix);
  return newResourceExpired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
      'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
      'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
      'deleted between the time the first chunk was returned and now may show up in the list.',
    { continue: fresh },
  );
}
