/** DELETE of a collection: list once, delete many at a time; what went meanwhile does not matter. */
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { CachedObject } from '../cacher/interface.ts';
import { readBody } from '../negotiation/read-body.ts';
import { answerList, negotiateList } from './answer.ts';
import { parseDeleteOptions, warnOfPropagation } from './delete-options.ts';
import type { ResourceHandler } from './handler-environment.ts';
import { readList } from './list.ts';
import { parseListQuery } from './request-options.ts';
import { writeOptions } from './write-object.ts';

/** Deletes of one request under way at once: enough to fill the storage's write batches, few enough to leave room for others. */
const deleteWorkers = 256;

export const handleDeleteCollection: ResourceHandler = async (ctx, scope, environment) => {
  const options = negotiateList(ctx, scope, environment);
  const deletion = parseDeleteOptions(ctx, await readBody(ctx), environment.schemas);
  warnOfPropagation(ctx, scope.definition, deletion);
  const { namespace } = ctx.state.info;
  const { list } = await readList(scope, environment, { ...parseListQuery(ctx), watch: false }, namespace);
  const write = writeOptions({ ctx, scope, environment, operation: 'DELETE', dryRun: deletion.dryRun, deletion });
  const deleted = new Array<CachedObject | undefined>(list.items.length);
  let next = 0;
  let failure: Error | undefined;
  const worker = async () => {
    while (failure === undefined && next < list.items.length) {
      const at = next++;
      const item = list.items[at];
      if (item === undefined) return;
      try {
        await scope.store.delete(item.name, deletion, { ...write, namespace: item.namespace });
        // Answered as it was found, not as the delete left it.
        deleted[at] = item;
      } catch (error) {
        if (error instanceof StatusError && error.status.code === 404) continue;
        failure = error instanceof Error ? error : new Error(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(deleteWorkers, list.items.length) }, worker));
  if (failure !== undefined) throw failure;
  const items = deleted.filter((item) => item !== undefined);
  await answerList(ctx, scope, options, { items, revision: list.revision });
};
