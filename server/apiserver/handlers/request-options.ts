/** The options that come as query parameters, read and checked as upstream checks them. */
import {
  type FieldError,
  forbidden,
  goQuote,
  invalid,
  notSupported,
  notSupportedInOrder,
  required,
} from '../../apimachinery/errors/field-error.ts';
import { failure, newBadRequest, newInvalid } from '../../apimachinery/errors/status-error.ts';
import { parseGoInt } from '../../apimachinery/schema/go-integer.ts';
import { validateFieldManager } from '../../apimachinery/validation/managed-fields.ts';
import type { FieldValidation } from '../negotiation/decode-body.ts';
import { type ApiContext, queryValue } from '../request-context.ts';

export interface WriteQuery {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly fieldManager: string;
  /** Of an apply: conflicts are won. */
  readonly force: boolean;
}

const defaults: WriteQuery = { dryRun: false, fieldValidation: 'Warn', fieldManager: '', force: false };

/**
 * @param kind CreateOptions, UpdateOptions, PatchOptions; ApplyOptions are the PatchOptions of a server-side apply
 * @throws StatusError 422 naming the kind
 */
export function parseWriteQuery(ctx: ApiContext, kind: string): WriteQuery {
  const isApply = kind === 'ApplyOptions';
  const query = ctx.state.query ?? (isApply ? new URLSearchParams() : undefined);
  if (query === undefined) return defaults;
  const errors: FieldError[] = [];
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  if (kind === 'PatchOptions' && query.has('force'))
    errors.push(forbidden('force', 'may not be specified for non-apply patch'));
  if (isApply && fieldManager === '') errors.push(required('fieldManager', 'is required for apply patch'));
  errors.push(...validateFieldManager(fieldManager, 'fieldManager'));
  errors.push(...dryRunErrors(dryRun));
  if (
    fieldValidation !== '' &&
    fieldValidation !== 'Ignore' &&
    fieldValidation !== 'Warn' &&
    fieldValidation !== 'Strict'
  ) {
    errors.push(notSupported('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn']));
  }
  if (errors.length > 0) {
    throw newInvalid({ group: 'meta.k8s.io', kind: isApply ? 'PatchOptions' : kind }, '', errors);
  }
  return {
    dryRun: dryRun.length > 0,
    fieldManager,
    force: isApply && parseFlag(query.get('force')),
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
  const rawVersion = query.get('resourceVersion') ?? '';
  const given: ListQuery = {
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
  // A watch that begins with what is there is one with initial events, whether it says so or not.
  const fromPresent =
    given.watch &&
    given.sendInitialEvents === undefined &&
    given.match === '' &&
    (rawVersion === '' || rawVersion === '0');
  const parsed: ListQuery = fromPresent ? { ...given, sendInitialEvents: true, match: notOlderThan } : given;
  const errors = parsed.watch ? watchErrors(parsed) : listErrors(parsed, rawVersion);
  if (errors.length > 0) throw newInvalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
  if (rawVersion === '') return parsed;
  return { ...parsed, resourceVersion: parsed.watch ? parseExactVersion(rawVersion) : parseListVersion(rawVersion) };
}

const notOlderThan = 'NotOlderThan';
const exact = 'Exact';

function listErrors(query: ListQuery, rawVersion: string): FieldError[] {
  const errors: FieldError[] = [];
  const { match } = query;
  if (match !== '') {
    if (rawVersion === '') {
      errors.push(
        forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
      );
    }
    if (query.continue !== '') {
      errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'));
    }
    if (match !== notOlderThan && match !== exact) {
      errors.push(notSupportedInOrder('resourceVersionMatch', match, [exact, notOlderThan, '']));
    }
    if (match === exact && rawVersion === '0') {
      errors.push(
        forbidden('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
      );
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

/** The resourceVersion of a list. @throws StatusError 400. */
function parseListVersion(text: string): number {
  const version = parseVersion(text);
  if (typeof version === 'number') return version;
  throw newBadRequest(`invalid resource version: ${version}`);
}

/** The resourceVersion of a GET or a watch, where upstream gives the bare error. @throws StatusError 500. */
export function parseExactVersion(text: string): number {
  const version = parseVersion(text);
  if (typeof version === 'number') return version;
  throw failure({ code: 500, reason: '', message: version });
}

const maxUint64 = 2n ** 64n - 1n;

/** Versions that no store reaches are as good as the largest number. A text: what is wrong. */
function parseVersion(text: string): number | string {
  const isNumber = /^\d+$/.test(text);
  if (isNumber && BigInt(text) <= maxUint64) return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
  const problem = isNumber ? 'value out of range' : 'invalid syntax';
  const { field, message } = invalid(
    'resourceVersion',
    text,
    `strconv.ParseUint: parsing ${goQuote(text)}: ${problem}`,
  );
  return `${field}: ${message}`;
}

/** Go's conversion of query values to bool: anything but false and 0 is true. */
export function parseFlag(text: string | null | undefined): boolean {
  return text !== null && text !== undefined && text.toLowerCase() !== 'false' && text !== '0';
}

/** @throws StatusError 400 in the wording of strconv.ParseInt. */
export function parseInteger(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined) return undefined;
  const integer = parseGoInt(text);
  if (typeof integer === 'string') throw newBadRequest(integer);
  return Number(integer);
}

/** Browsers and curl get indented JSON unless they say otherwise. */
export function wantsPretty(ctx: ApiContext): boolean {
  const pretty = queryValue(ctx, 'pretty');
  if (pretty !== undefined) return parseFlag(pretty);
  const agent = ctx.req.headers['user-agent'];
  return agent !== undefined && /^(?:curl|Wget|Mozilla\/5\.0)/.test(agent);
}
