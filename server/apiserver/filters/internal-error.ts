/** What upstream's filters answer where they cannot decide. */
import { failure, type StatusError } from '../../apimachinery/errors/status-error.ts';
import type { ApiContext } from '../request-context.ts';

export function internalError(ctx: ApiContext, error: string): StatusError {
  const message = `Internal Server Error: ${JSON.stringify(ctx.req.url ?? '')}: ${error}`;
  return failure({ code: 500, reason: 'InternalError', message });
}
