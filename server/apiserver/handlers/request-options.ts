/** The options that come as query parameters, read and checked as upstream checks them. */
import { type FieldError, forbidden, invalid, notSupported } from '../../apimachinery/errors/field-error.ts';
import { newBadRequest, newInvalid } from '../../apimachinery/errors/status-error.ts';
import { validateFieldManager } from '../../apimachinery/validation/managed-fields.ts';
import type { FieldValidation } from '../negotiation/decode-body.ts';
import { type ApiContext, queryValue } from '../request-context.ts';

export interface WriteQuery {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly fieldManager: string;
}

const defaults: WriteQuery = { dryRun: false, fieldValidation: 'Warn', fieldManager: '' };

/** @throws StatusError 422 naming `kind` (CreateOptions, UpdateOptions, PatchOptions). */
export function parseWriteQuery(ctx: ApiContext, kind: string): WriteQuery {
  const { query } = ctx.state;
  if (query === undefined) return defaults;
  const errors: FieldError[] = [];
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  errors.push(...validateFieldManager(fieldManager, 'fieldManager'));
  errors.push(...dryRunErrors(dryRun));
  if (fieldValidation !== '' && fieldValidation !== 'Ignore' && fieldValidation !== 'Warn' && fieldValidation !== 'Strict') {
    errors.push(notSupported('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn']));
  }
  if (errors.length > 0) throw newInvalid({ group: 'meta.k8s.io', kind }, '', errors);
  return {
    dryRun: dryRun.length > 0,
    fieldManager,
    fieldValidation: fieldValidation === '' ? 'Warn' : (fieldValidation as FieldValidation),
  };
}

export function dryRunErrors(values: readonly string[]): FieldError[] {
  return values.some((value) => value !== 'All') ? [notSupported('dryRun', [...values], ['All'])] : [];
}

export type VersionMatch = '' | 'NotOlderThan' | 'Exact';

export interface ListQuery {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly limit: number;
  readonly continue: string;
  /** undefined: most recent; 0: any. */
  readonly resourceVersion: number | undefined;
  readonly match: VersionMatch;
  readonly watch: boolean;
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
  /** Undefined: not given. */
  readonly timeoutSeconds: number | undefined;
}

const emptyList: ListQuery = {
  labelSelector: '',
  fieldSelector: '',
  limit: 0,
  continue: '',
  resourceVersion: undefined,
  match: '',
  watch: false,
  allowWatchBookmarks: false,
  sendInitialEvents: undefined,
  timeoutSeconds: undefined,
};

/** @throws StatusError 400 for malformed values, 422 for values that do not go together. */
export function parseListQuery(ctx: ApiContext): ListQuery {
  const { query } = ctx.state;
  if (query === undefined) return emptyList;
  const sendInitialEvents = query.get('sendInitialEvents');
  const parsed: ListQuery = {
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    limit: parseInteger(query.get('limit')) ?? 0,
    continue: query.get('continue') ?? '',
    watch: parseFlag(query.get('watch')) || ctx.state.info.verb === 'watch',
    allowWatchBookmarks: parseFlag(query.get('allowWatchBookmarks')),
    sendInitialEvents: sendInitialEvents === null ? undefined : parseFlag(sendInitialEvents),
    timeoutSeconds: parseInteger(query.get('timeoutSeconds')),
    match: (query.get('resourceVersionMatch') ?? '') as VersionMatch,
    resourceVersion: undefined,
  };
  const rawVersion = query.get('resourceVersion') ?? '';
  const errors = parsed.watch ? watchErrors(parsed) : listErrors(parsed, rawVersion);
  if (errors.length > 0) throw newInvalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
  return { ...parsed, resourceVersion: rawVersion === '' ? undefined : parseResourceVersion(rawVersion) };
}

const notOlderThan = 'NotOlderThan';
const exact = 'Exact';

function listErrors(query: ListQuery, rawVersion: string): FieldError[] {
  const errors: FieldError[] = [];
  const { match } = query;
  if (match !== '') {
    if (rawVersion === '') {
      errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
    }
    if (query.continue !== '') {
      errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'));
    }
    if (match !== notOlderThan && match !== exact) {
      errors.push(notSupported('resourceVersionMatch', match, [exact, notOlderThan, '']));
    }
    if (match === exact && rawVersion === '0') {
      errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (query.sendInitialEvents !== undefined) {
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  return errors;
}

function watchErrors(query: ListQuery): FieldError[] {
  const errors: FieldError[] = [];
  const { match, sendInitialEvents } = query;
  if (sendInitialEvents !== undefined && match !== notOlderThan) {
    errors.push(
      forbidden('resourceVersionMatch', `sendInitialEvents requires setting resourceVersionMatch to ${notOlderThan}`),
    );
  }
  if (match !== '') {
    if (sendInitialEvents === undefined) {
      const detail = 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided';
      errors.push(forbidden('resourceVersionMatch', detail));
    }
    if (match !== notOlderThan) errors.push(notSupported('resourceVersionMatch', match, [notOlderThan]));
    if (query.continue !== '') {
      errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'));
    }
  }
  return errors;
}

/** A resourceVersion of a read. @throws StatusError 400. */
export function parseResourceVersion(text: string): number {
  if (/^\d{1,20}$/.test(text)) {
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : Number.MAX_SAFE_INTEGER;
  }
  const detail = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  const error = invalid('resourceVersion', text, detail);
  throw newBadRequest(`invalid resource version: ${error.field}: ${error.message}`);
}

/** Go's conversion of query values to bool: anything but false and 0 is true. */
export function parseFlag(text: string | null | undefined): boolean {
  return text !== null && text !== undefined && text.toLowerCase() !== 'false' && text !== '0';
}

/** @throws StatusError 400 in the wording of strconv.ParseInt. */
export function parseInteger(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || text === '') return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw newBadRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw newBadRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  }
  return value;
}

/** Browsers and curl get indented JSON unless they say otherwise. */
export function wantsPretty(ctx: ApiContext): boolean {
  const pretty = queryValue(ctx, 'pretty');
  if (pretty !== undefined) return parseFlag(pretty);
  const agent = ctx.req.headers['user-agent'];
  return agent !== undefined && /^(?:curl|Wget|Mozilla\/5\.0)/.test(agent);
}
