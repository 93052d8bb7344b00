/** Outermost filter: every error of a request leaves as a well-formed Status, in the representation the client accepts. */
import type { Middleware } from 'koa';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { SchemaRegistry } from '../../apimachinery/schema/schema-registry.ts';
import { wantsPretty } from '../handlers/request-options.ts';
import { findAcceptable } from '../negotiation/accept.ts';
import { encodeValue } from '../negotiation/encode-object.ts';
import { endpoints } from '../negotiation/endpoint.ts';
import { contentTypeOf, plainJson, type Representation } from '../negotiation/media-types.ts';
import { writeAnswer } from '../negotiation/write-response.ts';
import { type ApiContext, newRequestState, type RequestState } from '../request-context.ts';
import { toStatusError } from '../storage/storage-status.ts';

export interface StatusErrorsOptions {
  readonly schemas: SchemaRegistry;
  /** Told of errors that are this server's own fault. */
  readonly onInternalError: (error: unknown, what: string) => void;
}

export function statusErrors(options: StatusErrorsOptions): Middleware<RequestState> {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const status = subjectOf(ctx, error);
      if (!(error instanceof StatusError) && status.status.reason === 'InternalError') ctx.state.panic = error;
      await writeStatus(ctx, status, options);
    }
  };
}

function subjectOf(ctx: ApiContext, error: unknown): StatusError {
  const info = ctx.state.info;
  const subject =
    info === undefined ? undefined : { gr: { group: info.group, resource: info.resource }, name: info.name };
  return toStatusError(error, subject);
}

async function writeStatus(ctx: ApiContext, error: StatusError, options: StatusErrorsOptions): Promise<void> {
  if (error.status.code >= 500 && error.status.reason === 'InternalError') {
    options.onInternalError(error.cause ?? error, `${ctx.method} ${ctx.path}`);
  }
  const { status } = error;
  // Too late for another answer: what was begun is cut off, so that the client cannot take it for whole.
  if (ctx.res.headersSent) {
    ctx.res.destroy();
    return;
  }
  if (ctx.state.warnings === undefined) Object.assign(ctx.state, newRequestState(ctx, 0));
  const acceptable = findAcceptable(ctx.req.headers.accept, endpoints.statuses);
  const representation = representationOf(ctx, acceptable);
  // What is not put into the client's terms is not there for the audit trail either, as upstream has it.
  if (acceptable !== undefined) ctx.state.audit?.addStatus(status as unknown as JsonObject);
  const headers: Record<string, string> = {};
  const retry = status.details?.retryAfterSeconds;
  if (retry !== undefined && retry > 0) headers['retry-after'] = String(retry);
  // The rest of an upload that is not wanted must not be read as the next request.
  if (status.code === 413 && ctx.req.httpVersionMajor === 1) headers.connection = 'close';
  await writeAnswer(ctx, {
    status: status.code,
    contentType: contentTypeOf(representation),
    body: encodeValue(status as unknown as JsonObject, { representation, schemas: options.schemas }),
    headers,
    ...(acceptable === undefined ? {} : { shown: () => JSON.stringify(status) }),
  });
}

function representationOf(ctx: ApiContext, representation: Representation | undefined): Representation {
  // The error is mostly that nothing acceptable exists: JSON for people then.
  if (representation === undefined) return { ...plainJson, pretty: true };
  return representation.format === 'json' ? { ...representation, pretty: wantsPretty(ctx) } : representation;
}
