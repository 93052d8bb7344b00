/** PATCH: JSON patch, merge patch and strategic merge patch on the object as the client's version shows it. */
import { readBody } from '../negotiation/read-body.ts';
import { toRequestVersion } from '../registry/resource-scope.ts';
import { answerObject, negotiateObject } from './answer.ts';
import type { ResourceHandler } from './handler-environment.ts';
import { applyPatch } from './patched-object.ts';
import { readPatch } from './read-patch.ts';
import { parseWriteQuery } from './request-options.ts';
import { subresourceOf, takeOnlyHalf } from './status-half.ts';
import {
  admissionAttributes,
  settleName,
  settleNamespace,
  toStored,
  writeOptions,
  type WriteParts,
} from './write-object.ts';

export const handlePatch: ResourceHandler = async (ctx, scope, environment) => {
  const options = negotiateObject(ctx, scope, environment);
  const query = parseWriteQuery(ctx, 'PatchOptions');
  const subresource = subresourceOf(ctx, scope);
  const patch = readPatch(ctx, await readBody(ctx), scope.expected, query);
  const { name, namespace } = ctx.state.info;
  const parts: WriteParts = { ctx, scope, environment, operation: 'UPDATE', dryRun: query.dryRun };
  const target = { ctx, expected: scope.expected, query, schemas: environment.schemas };
  const updated = await scope.store.update(
    name,
    async (old) => {
      if (old === undefined) throw new TypeError('a patch never creates');
      const object = toStored(scope, applyPatch(patch, toRequestVersion(scope, old), target));
      settleNamespace(object, scope, namespace);
      settleName(object, name);
      if (subresource !== undefined) takeOnlyHalf(object, old, subresource);
      await environment.admission.mutate(admissionAttributes(parts, object, old));
      return object;
    },
    { ...writeOptions(parts), strategy: subresource?.strategy, allowCreate: false, isPatch: true },
  );
  await answerObject(ctx, scope, options, { status: 200, source: updated });
};
