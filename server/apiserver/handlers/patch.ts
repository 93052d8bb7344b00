/** PATCH: JSON patch, merge patch and strategic merge patch on the object as the client's version shows it; server-side apply. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { fieldManagerOf } from '../field-manager/endpoint-field-manager.ts';
import { mediaTypeOf } from '../negotiation/decode-body.ts';
import { readBody } from '../negotiation/read-body.ts';
import { toRequestVersion, whenConverted } from '../registry/resource-scope.ts';
import { addWarning } from '../request-context.ts';
import { answerObject, negotiateObject } from './answer.ts';
import { applyMediaType, mergeConfiguration, readConfiguration } from './apply-configuration.ts';
import type { ResourceHandler } from './handler-environment.ts';
import { applyPatch } from './patched-object.ts';
import { patchReader } from './read-patch.ts';
import { parseWriteQuery } from './request-options.ts';
import { subresourceOf, takeOnlyHalf } from './status-half.ts';
import { trackFields } from './track-fields.ts';
import {
  dropDuplicateOwners,
  mutate,
  settleName,
  settleNamespace,
  toStored,
  writeOptions,
  type WriteParts,
} from './write-object.ts';

/** The object as it is to be, in the storage version, managedFields and all. */
type Change = (old: KubeObject | undefined) => Promise<KubeObject>;

export const handlePatch: ResourceHandler = async (ctx, scope, environment) => {
  const options = negotiateObject(ctx, scope, environment);
  const isApply = mediaTypeOf(ctx.req.headers['content-type'] ?? 'none') === applyMediaType;
  const query = parseWriteQuery(ctx, isApply ? 'ApplyOptions' : 'PatchOptions');
  const subresource = subresourceOf(ctx, scope);
  const body = await readBody(ctx);
  const { name, namespace } = ctx.state.info;
  const parts: WriteParts = { ctx, scope, environment, operation: 'UPDATE', dryRun: query.dryRun };
  const convert = (object: KubeObject) => toStored(scope, object);
  const tracked = { ctx, scope, environment, fieldManager: query.fieldManager };

  const patching = (): Change => {
    const patch = patchReader(ctx, body, scope.expected, query);
    const target = { ctx, expected: scope.expected, query, schemas: environment.schemas, convert };
    return async (old) => {
      if (old === undefined) throw new TypeError('a patch never creates');
      const object = applyPatch(patch(), toRequestVersion(scope, old), target);
      await trackFields(tracked, object, old);
      return object;
    };
  };
  const applying = (): Change => {
    const configuration = readConfiguration(body);
    const { expected, groupResource } = scope;
    const manager = fieldManagerOf(scope, ctx.state.info.subresource, environment);
    const write = { ctx, expected, manager, query, groupResource, convert };
    return async (old) => {
      const live = old === undefined ? undefined : toRequestVersion(scope, old);
      return whenConverted(() => mergeConfiguration(write, configuration, live));
    };
  };
  const change = isApply ? applying() : patching();
  ctx.state.audit?.addRequestPatch(body);

  const updated = await scope.store.update(
    name,
    async (old) => {
      const object = await change(old);
      settleNamespace(object, scope, namespace);
      settleName(object, name);
      dropDuplicateOwners(object, (text) => addWarning(ctx, text));
      await mutate({ ...parts, operation: old === undefined ? 'CREATE' : 'UPDATE' }, object, old);
      // Only now, so that whatever admission has done to the other half goes too.
      if (old !== undefined && subresource !== undefined) takeOnlyHalf(object, old, subresource);
      return object;
    },
    {
      ...writeOptions(parts),
      strategy: subresource?.strategy,
      allowCreate: isApply && subresource === undefined,
      isPatch: true,
    },
  );
  await answerObject(ctx, scope, options, { status: updated.created ? 201 : 200, source: updated });
};
