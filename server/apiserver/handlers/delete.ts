/** DELETE of one object. */
import type { JsonObject } from '../../apimachinery/json.ts';
import { readBody } from '../negotiation/read-body.ts';
import type { Deleted } from '../registry/generic/store-options.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import { answerObject, answerValue, negotiateObject } from './answer.ts';
import { parseDeleteOptions, warnOfPropagation } from './delete-options.ts';
import type { ResourceHandler } from './handler-environment.ts';
import { writeOptions } from './write-object.ts';

export const handleDelete: ResourceHandler = async (ctx, scope, environment) => {
  const options = negotiateObject(ctx, scope, environment);
  const deletion = parseDeleteOptions(ctx, await readBody(ctx), environment.schemas);
  warnOfPropagation(ctx, scope.definition, deletion);
  const write = writeOptions({ ctx, scope, environment, operation: 'DELETE', dryRun: deletion.dryRun, deletion });
  const deleted = await scope.store.delete(ctx.state.info.name, deletion, write);
  // Accepted, not done: the client asked for its dependents to be deleted and the object waits for them.
  const status = !deleted.gone && deletion.orphanDependents === false ? 202 : 200;
  if (!deleted.gone || scope.definition.strategy.returnDeletedObject === true) {
    await answerObject(ctx, scope, options, { status, source: deleted });
    return;
  }
  await answerValue(ctx, options, { status, value: successStatus(scope, deleted) });
};

function successStatus(scope: ResourceScope, { object }: Deleted): JsonObject {
  const { group, resource } = scope.groupResource;
  const { name = '', uid = '' } = object.metadata;
  const details: JsonObject = { name, ...(group === '' ? {} : { group }), kind: resource, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
