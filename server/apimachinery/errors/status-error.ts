/** The one error family of the API: an error that carries a metav1.Status. Reasons, causes and wording are part of the API. */
import { type GroupResource, groupKindName, groupResourceName } from '../meta/object.ts';
import { type FieldError, goQuote } from './field-error.ts';

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: {
    readonly continue?: string;
    readonly resourceVersion?: string;
    readonly remainingItemCount?: number;
  };
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code: number;
}

export class StatusError extends Error {
  override name = 'StatusError';
  readonly status: Status;
  constructor(status: Status, options?: { cause?: unknown }) {
    super(status.message ?? status.reason ?? 'unknown', options);
    this.status = status;
  }
}

export interface FailureParts {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: StatusDetails;
  readonly metadata?: Status['metadata'];
  readonly cause?: unknown;
}

export function failure(parts: FailureParts): StatusError {
  const { code, reason, message, details, metadata, cause } = parts;
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: metadata ?? {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  };
  return new StatusError(status, cause === undefined ? undefined : { cause });
}

/** Status.details names the resource in `kind` for most errors (an upstream quirk that clients rely on). */
function resourceDetails(gr: GroupResource, name: string): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(gr.group === '' ? {} : { group: gr.group }),
    ...(gr.resource === '' ? {} : { kind: gr.resource }),
  };
}

export function newNotFound(gr: GroupResource, name: string): StatusError {
  return failure({
    code: 404,
    reason: 'NotFound',
    message: `${groupResourceName(gr)} ${goQuote(name)} not found`,
    details: resourceDetails(gr, name),
  });
}

export function newAlreadyExists(gr: GroupResource, name: string): StatusError {
  return failure({
    code: 409,
    reason: 'AlreadyExists',
    message: `${groupResourceName(gr)} ${goQuote(name)} already exists`,
    details: resourceDetails(gr, name),
  });
}

export function newGenerateNameConflict(gr: GroupResource, name: string): StatusError {
  return failure({
    code: 409,
    reason: 'AlreadyExists',
    message: `${groupResourceName(gr)} ${goQuote(name)} already exists, the server was not able to generate a unique name for the object`,
    details: { ...resourceDetails(gr, name), retryAfterSeconds: 1 },
  });
}

export function newConflict(gr: GroupResource, name: string, detail: string): StatusError {
  return failure({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${groupResourceName(gr)} ${goQuote(name)}: ${detail}`,
    details: resourceDetails(gr, name),
  });
}

export function newForbidden(gr: GroupResource, name: string, detail: string): StatusError {
  const message =
    gr.resource === ''
      ? `forbidden: ${detail}`
      : name === ''
        ? `${groupResourceName(gr)} is forbidden: ${detail}`
        : `${groupResourceName(gr)} ${goQuote(name)} is forbidden: ${detail}`;
  return failure({ code: 403, reason: 'Forbidden', message, details: resourceDetails(gr, name) });
}

/** `gk.kind` is the kind, not the resource: Invalid is the one error whose details name the kind. */
export function newInvalid(
  gk: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const causes = errors.map((error) => ({ reason: error.type, message: error.message, field: error.field }));
  const lines = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  const joined = lines.length === 1 ? (lines[0] ?? '') : `[${lines.join(', ')}]`;
  return failure({
    code: 422,
    reason: 'Invalid',
    message: `${groupKindName(gk)} ${goQuote(name)} is invalid: ${joined}`,
    details: {
      ...(name === '' ? {} : { name }),
      ...(gk.group === '' ? {} : { group: gk.group }),
      ...(gk.kind === '' ? {} : { kind: gk.kind }),
      causes,
    },
  });
}

export function newBadRequest(message: string): StatusError {
  return failure({ code: 400, reason: 'BadRequest', message });
}

export function newUnauthorized(message = 'Unauthorized'): StatusError {
  return failure({ code: 401, reason: 'Unauthorized', message });
}

export function newMethodNotAllowed(): StatusError {
  return failure({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  });
}

/** The answer to a path that names nothing: upstream's generic 404. */
export function newPathNotFound(): StatusError {
  return failure({
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
    details: {},
  });
}

export function newNotAcceptable(offered: readonly string[]): StatusError {
  return failure({
    code: 406,
    reason: 'NotAcceptable',
    message: `406: Not Acceptable\n\nAvailable representations: ${offered.join(', ')}`,
    details: {},
  });
}

/** A patch of a type that the resource does not take; `accepted` goes into the Accept-Patch header. */
export function newUnsupportedPatchType(): StatusError {
  return failure({ code: 415, reason: 'UnsupportedMediaType', message: '415: Unsupported Media Type', details: {} });
}

export function newUnsupportedMediaType(accepted: readonly string[]): StatusError {
  return failure({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  });
}

export function newRequestEntityTooLarge(message: string): StatusError {
  return failure({ code: 413, reason: 'RequestEntityTooLarge', message });
}

export function newResourceExpired(message: string, metadata?: Status['metadata']): StatusError {
  return failure({ code: 410, reason: 'Expired', message, metadata });
}

export function newTimeout(
  message: string,
  retryAfterSeconds: number,
  causes: readonly StatusCause[] = [],
): StatusError {
  const details = { ...(causes.length > 0 ? { causes } : {}), ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}) };
  return failure({ code: 504, reason: 'Timeout', message: `Timeout: ${message}`, details });
}

/** A resourceVersion that this server has not reached (KEP-2340 wording; clients match on the cause). */
export function newTooLargeResourceVersion(requested: number, current: number, retryAfterSeconds: number): StatusError {
  return newTimeout(`Too large resource version: ${requested}, current: ${current}`, retryAfterSeconds, [
    { reason: 'ResourceVersionTooLarge', message: 'Too large resource version' },
  ]);
}

export function newServiceUnavailable(message: string, retryAfterSeconds?: number): StatusError {
  return failure({
    code: 503,
    reason: 'ServiceUnavailable',
    message,
    ...(retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds } }),
  });
}

export function newInternalError(error: unknown): StatusError {
  const message = error instanceof Error ? error.message : String(error);
  return failure({
    code: 500,
    reason: 'InternalError',
    message: `Internal error occurred: ${message}`,
    details: { causes: [{ message }] },
    cause: error,
  });
}

/** @returns 500 without a reason, as upstream answers an error that is none of its own */
export function newBareError(message: string): StatusError {
  return failure({ code: 500, reason: '', message });
}
