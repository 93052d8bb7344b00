/** What all reviews share: a question comes in a body, passes admission, and goes back with its answer; nothing is stored. */
import type { FieldError } from '../../../apimachinery/errors/field-error.ts';
import { newInvalid } from '../../../apimachinery/errors/status-error.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { readBody } from '../../negotiation/read-body.ts';
import type { ApiContext } from '../../request-context.ts';
import { answerObject, negotiateObject } from '../answer.ts';
import type { HandlerEnvironment, ResourceHandler } from '../handler-environment.ts';
import { parseWriteQuery } from '../request-options.ts';
import { trackFields } from '../track-fields.ts';
import {
  admissionAttributes,
  decodeRequest,
  recordRequest,
  settleNamespace,
  toStored,
  type WriteParts,
} from '../write-object.ts';
import { wipeSystemMetadata } from '../../registry/generic/system-metadata.ts';

export interface Review {
  /** Checked before admission's validation. */
  readonly validate?: (review: KubeObject) => readonly FieldError[];
  /** What the answer has in place of, or beside, what was asked. @throws StatusError */
  readonly answer: (
    review: KubeObject,
    ctx: ApiContext,
    environment: HandlerEnvironment,
  ) => JsonObject | Promise<JsonObject>;
}

export function reviewHandler({ validate, answer }: Review): ResourceHandler {
  return async (ctx, scope, environment) => {
    const options = negotiateObject(ctx, scope, environment);
    const query = parseWriteQuery(ctx, 'CreateOptions');
    const body = await readBody(ctx);
    const review = toStored(scope, decodeRequest(ctx, environment, body, scope.expected, query.fieldValidation));
    recordRequest({ ctx, scope }, review);
    wipeSystemMetadata(review.metadata);
    settleNamespace(review, scope, ctx.state.info.namespace);
    const parts: WriteParts = { ctx, scope, environment, operation: 'CREATE', dryRun: query.dryRun };
    await trackFields({ ctx, scope, environment, fieldManager: query.fieldManager }, review, undefined);
    await environment.admission.mutate(admissionAttributes(parts, review, undefined));
    const errors = validate?.(review) ?? [];
    // Upstream has lost the kind by then.
    if (errors.length > 0) throw newInvalid({ group: scope.group, kind: '' }, '', errors);
    await environment.admission.validate(admissionAttributes(parts, review, undefined));
    const { kind, apiVersion, metadata, ...rest } = review;
    const answered = { kind, apiVersion, metadata, ...rest, ...(await answer(review, ctx, environment)) };
    await answerObject(ctx, scope, options, { status: 201, source: { object: answered } });
  };
}
