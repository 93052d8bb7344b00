/** The query of …/pods/NAME/log, read and checked as upstream does. */
import { type FieldError, forbidden, invalid } from '../../../apimachinery/errors/field-error.ts';
import { newBadRequest, newInvalid } from '../../../apimachinery/errors/status-error.ts';
import { DecodeError } from '../../../apimachinery/schema/decode-error.ts';
import { parseTime } from '../../../apimachinery/schema/go-time.ts';
import { type ApiContext, queryValue } from '../../request-context.ts';
import { parseInteger } from '../request-options.ts';

/** @throws StatusError 400, 422 */
export function checkLogOptions(ctx: ApiContext): void {
  const tailLines = parseInteger(queryValue(ctx, 'tailLines'));
  const limitBytes = parseInteger(queryValue(ctx, 'limitBytes'));
  const sinceSeconds = parseInteger(queryValue(ctx, 'sinceSeconds'));
  const sinceTime = queryValue(ctx, 'sinceTime') ?? '';
  if (sinceTime !== '') checkTime(sinceTime);
  const errors: FieldError[] = [];
  if (tailLines !== undefined && tailLines < 0) {
    errors.push(invalid('tailLines', tailLines, 'must be greater than or equal to 0'));
  }
  if (limitBytes !== undefined && limitBytes < 1)
    errors.push(invalid('limitBytes', limitBytes, 'must be greater than 0'));
  if (sinceSeconds !== undefined && sinceTime !== '') {
    // An empty path, as upstream prints one.
    errors.push(forbidden('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  } else if (sinceSeconds !== undefined && sinceSeconds < 1) {
    errors.push(invalid('sinceSeconds', sinceSeconds, 'must be greater than 0'));
  }
  // One of several streams can be asked for only where an alpha feature is on.
  if (ctx.state.query?.has('stream') === true) errors.push(forbidden('stream', 'may not be specified'));
  if (errors.length > 0) throw newInvalid({ group: '', kind: 'PodLogOptions' }, ctx.state.info.name, errors);
}

function checkTime(text: string): void {
  try {
    parseTime(text, 'seconds');
  } catch (error) {
    if (error instanceof DecodeError) throw newBadRequest(error.message);
    throw error;
  }
}
