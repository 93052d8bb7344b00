/** Errors on fields, as validation collects them; messages as metav1's field.Error prints them. */
import type { JsonValue } from '../json.ts';

export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

export interface FieldError {
  /** The cause's reason in Status.details.causes. */
  readonly type: FieldErrorType;
  /** "spec.containers[0].name" */
  readonly field: string;
  /** "Invalid value: \"x\": must be …": the cause's message. */
  readonly message: string;
}

/** A Go value as %q / %v / JSON prints it in field errors. */
export function formatBadValue(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return goJson(value);
}

/** Go's encoding/json escapes what could end a script element or a line of JavaScript. */
export function goJson(value: JsonValue): string {
  return goEscaped(JSON.stringify(value));
}

/** JSON text, as Go would have escaped it. */
export function goEscaped(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, escapeUnicode);
}

function escapeUnicode(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return code < 0x1_0000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** What Go's unicode.IsPrint lets through. */
const PRINTABLE = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

/** Printed as it is, by %q and as JSON. */
const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;

/** A text as Go's encoding/json writes it. */
export function goJsonText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : goJson(text);
}

/** Go's strconv.Quote, %q: what cannot be printed is escaped. */
export function goQuote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  const short: Record<string, string> = {
    '\x07': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
    '"': '\\"',
    '\\': '\\\\',
  };
  let out = '"';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const escaped = Object.hasOwn(short, char) ? short[char] : undefined;
    if (escaped !== undefined) out += escaped;
    else if (code < 0x20 || code === 0x7f) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else out += PRINTABLE.test(char) ? char : escapeUnicode(char);
  }
  return `${out}"`;
}

export function required(field: string, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field, message: withDetail('Required value', detail) };
}

export function invalid(field: string, value: JsonValue | undefined, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, message: withDetail(`Invalid value: ${formatBadValue(value)}`, detail) };
}

/** Of a value whose Go type is a named string or a pointer: printed as JSON, which differs for odd characters. */
export function invalidTyped(field: string, value: string, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, message: withDetail(`Invalid value: ${goJson(value)}`, detail) };
}

/** Where the value is too large, or not the fault, to be shown. */
export function invalidWithoutValue(field: string, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, message: withDetail('Invalid value', detail) };
}

export function duplicate(field: string, value: JsonValue | undefined): FieldError {
  return { type: 'FieldValueDuplicate', field, message: `Duplicate value: ${formatBadValue(value)}` };
}

export function notFound(field: string, value: JsonValue | undefined): FieldError {
  return { type: 'FieldValueNotFound', field, message: `Not found: ${formatBadValue(value)}` };
}

export function forbidden(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, message: withDetail('Forbidden', detail) };
}

/** `supported` is printed sorted, as upstream does for sets of values; the value is of a named type nearly always. */
export function notSupported(field: string, value: JsonValue | undefined, supported: readonly string[]): FieldError {
  return notSupportedInOrder(field, value, [...supported].sort());
}

/** As `notSupported`, for the lists that upstream prints in an order of their own. */
export function notSupportedInOrder(
  field: string,
  value: JsonValue | undefined,
  supported: readonly string[],
): FieldError {
  return unsupported(field, value === undefined ? 'null' : goJson(value), supported);
}

/** As `notSupportedInOrder`, of a value without a type of its own: text is quoted in Go's other way. */
export function notSupportedText(
  field: string,
  value: JsonValue | undefined,
  supported: readonly string[],
): FieldError {
  return unsupported(field, formatBadValue(value), supported);
}

function unsupported(field: string, shown: string, supported: readonly string[]): FieldError {
  const detail = supported.length > 0 ? `supported values: ${supported.map(goQuote).join(', ')}` : '';
  return { type: 'FieldValueNotSupported', field, message: withDetail(`Unsupported value: ${shown}`, detail) };
}

/** Upstream never prints the value that is too long. */
export function tooLong(field: string, maxLength: number): FieldError {
  const bytes = maxLength === 1 ? 'byte' : 'bytes';
  return { type: 'FieldValueTooLong', field, message: `Too long: may not be more than ${maxLength} ${bytes}` };
}

export function tooMany(field: string, actual: number, max: number): FieldError {
  const items = max === 1 ? 'item' : 'items';
  return { type: 'FieldValueTooMany', field, message: `Too many: ${actual}: must have at most ${max} ${items}` };
}

export function internalError(field: string, detail: string): FieldError {
  return { type: 'InternalError', field, message: withDetail('Internal error', detail) };
}

function withDetail(head: string, detail: string): string {
  return detail === '' ? head : `${head}: ${detail}`;
}
