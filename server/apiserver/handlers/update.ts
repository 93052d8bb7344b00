/** PUT of one object, whole or through a status-like subresource. */
import { newBadRequest } from '../../apimachinery/errors/status-error.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { readBody } from '../negotiation/read-body.ts';
import { answerObject, negotiateObject } from './answer.ts';
import type { ResourceHandler } from './handler-environment.ts';
import { parseWriteQuery } from './request-options.ts';
import { subresourceOf, takeOnlyHalf } from './status-half.ts';
import { admissionAttributes, decodeRequest, settleNamespace, toStored, writeOptions, type WriteParts } from './write-object.ts';

export const handleUpdate: ResourceHandler = async (ctx, scope, environment) => {
  const options = negotiateObject(ctx, environment);
  const query = parseWriteQuery(ctx, 'UpdateOptions');
  const { name, namespace } = ctx.state.info;
  const subresource = subresourceOf(ctx, scope);
  const body = await readBody(ctx);
  const decode = () => {
    const object = decodeRequest(ctx, environment, body, scope.expected, query.fieldValidation);
    settleName(object, name);
    const stored = toStored(scope, object);
    settleNamespace(stored, scope, namespace);
    return stored;
  };
  // Decoded once up front, so that a bad body is refused before anything is looked up; again only after a lost race.
  let first: KubeObject | undefined = decode();
  const parts: WriteParts = { ctx, scope, environment, operation: 'UPDATE', dryRun: query.dryRun };
  const updated = await scope.store.update(
    name,
    async (old) => {
      const object = first ?? decode();
      first = undefined;
      if (old !== undefined && subresource !== undefined) takeOnlyHalf(object, old, subresource);
      await environment.admission.mutate(admissionAttributes({ ...parts, operation: old === undefined ? 'CREATE' : 'UPDATE' }, object, old));
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

function settleName(object: KubeObject, name: string): void {
  const { metadata } = object;
  if (metadata.name === undefined || metadata.name === '') {
    throw newBadRequest('name must be provided');
  }
  if (metadata.name !== name) {
    throw newBadRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
}
