/** POST to a collection. */
import { readBody } from '../negotiation/read-body.ts';
import { addWarning } from '../request-context.ts';
import { answerObject, negotiateObject } from './answer.ts';
import { wipeSystemMetadata } from '../registry/generic/system-metadata.ts';
import type { ResourceHandler } from './handler-environment.ts';
import { parseWriteQuery } from './request-options.ts';
import { trackFields } from './track-fields.ts';
import {
  decodeRequest,
  recordRequest,
  dropDuplicateOwners,
  mutate,
  settleNamespace,
  storedFromBody,
  writeOptions,
  type WriteParts,
} from './write-object.ts';

export const handleCreate: ResourceHandler = async (ctx, scope, environment) => {
  const options = negotiateObject(ctx, scope, environment);
  const query = parseWriteQuery(ctx, 'CreateOptions');
  const body = await readBody(ctx);
  const object = decodeRequest(ctx, environment, body, scope.expected, query.fieldValidation);
  const parts: WriteParts = { ctx, scope, environment, operation: 'CREATE', dryRun: query.dryRun };
  const stored = storedFromBody(scope, object);
  recordRequest(parts, stored);
  settleNamespace(stored, scope, ctx.state.info.namespace);
  dropDuplicateOwners(stored, (text) => addWarning(ctx, text));
  wipeSystemMetadata(stored.metadata);
  await trackFields({ ctx, scope, environment, fieldManager: query.fieldManager }, stored, undefined);
  await mutate(parts, stored, undefined);
  const created = await scope.store.create(stored, writeOptions(parts));
  await answerObject(ctx, scope, options, { status: 201, source: created });
};
