/** PUT of one object, whole or through a status-like subresource. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { readBody } from '../negotiation/read-body.ts';
import { addWarning } from '../request-context.ts';
import { answerObject, negotiateObject } from './answer.ts';
import type { ResourceHandler } from './handler-environment.ts';
import { parseWriteQuery } from './request-options.ts';
import { subresourceOf, takeOnlyHalf } from './status-half.ts';
import { trackFields } from './track-fields.ts';
import {
  decodeRequest,
  recordRequest,
  dropDuplicateOwners,
  mutate,
  settleName,
  settleNamespace,
  storedFromBody,
  writeOptions,
  type WriteParts,
} from './write-object.ts';

export const handleUpdate: ResourceHandler = async (ctx, scope, environment) => {
  const options = negotiateObject(ctx, scope, environment);
  const query = parseWriteQuery(ctx, 'UpdateOptions');
  const { name, namespace } = ctx.state.info;
  const subresource = subresourceOf(ctx, scope);
  const body = await readBody(ctx);
  const parts: WriteParts = { ctx, scope, environment, operation: 'UPDATE', dryRun: query.dryRun };
  const decode = () => {
    const object = decodeRequest(ctx, environment, body, scope.expected, query.fieldValidation);
    const stored = storedFromBody(scope, object);
    recordRequest(parts, stored);
    settleNamespace(stored, scope, namespace);
    settleName(stored, name);
    dropDuplicateOwners(stored, (text) => addWarning(ctx, text));
    return stored;
  };
  // Decoded once up front, so that a bad body is refused before anything is looked up; again only after a lost race.
  let first: KubeObject | undefined = decode();
  const updated = await scope.store.update(
    name,
    async (old) => {
      const object = first ?? decode();
      first = undefined;
      await trackFields({ ctx, scope, environment, fieldManager: query.fieldManager }, object, old);
      await mutate({ ...parts, operation: old === undefined ? 'CREATE' : 'UPDATE' }, object, old);
      // Only now, so that whatever admission has done to the other half goes too.
      if (old !== undefined && subresource !== undefined) takeOnlyHalf(object, old, subresource);
      return object;
    },
    {
      ...writeOptions(parts),
      strategy: subresource?.strategy,
      allowCreate: subresource === undefined && scope.definition.strategy.allowCreateOnUpdate === true,
      isPatch: false,
    },
  );
  await answerObject(ctx, scope, options, { status: updated.created ? 201 : 200, source: updated });
};
