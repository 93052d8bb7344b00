/** What a plain YAML scalar means: YAML 1.1 as the Go library reads it, without base 60. */

export type ResolvedScalar =
  | { readonly kind: 'null'; readonly value: null }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'timestamp' | 'str'; readonly value: string };

const constants: ReadonlyMap<string, ResolvedScalar> = new Map<string, ResolvedScalar>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word): [string, ResolvedScalar] => [
    word,
    { kind: 'bool', value: true },
  ]),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word): [string, ResolvedScalar] => [word, { kind: 'bool', value: false }],
  ),
  ...['', '~', 'null', 'Null', 'NULL'].map((word): [string, ResolvedScalar] => [word, { kind: 'null', value: null }]),
  ...['.nan', '.NaN', '.NAN'].map((word): [string, ResolvedScalar] => [word, { kind: 'float', value: Number.NaN }]),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word): [string, ResolvedScalar] => [
    word,
    { kind: 'float', value: Number.POSITIVE_INFINITY },
  ]),
  ...['-.inf', '-.Inf', '-.INF'].map((word): [string, ResolvedScalar] => [
    word,
    { kind: 'float', value: Number.NEGATIVE_INFINITY },
  ]),
]);

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
/** A text that starts with a dot goes to Go's own float parser, which knows a shorter form. */
const DOT_FLOAT = /^\.[0-9]+([eE][-+]?[0-9]+)?$/;
const DATE = /^[0-9]{4}-([0-9]{1,2})-([0-9]{1,2})(?:([Tt ])([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})([.,][0-9]+)?(.*))?$/;
/** Texts beyond this are never numbers that matter: they are kept from the number parsers. */
const MAX_NUMBER_LENGTH = 1024;
const MAX_UINT64 = 2n ** 64n - 1n;
const MIN_INT64 = -(2n ** 63n);

export function resolvePlainScalar(text: string): ResolvedScalar {
  const constant = constants.get(text);
  if (constant !== undefined) return constant;
  const first = text.charCodeAt(0);
  const isDigit = first >= 48 && first <= 57;
  if (isDigit || first === 43 || first === 45) return resolveNumber(text) ?? { kind: 'str', value: text };
  if (first === 46 && DOT_FLOAT.test(text)) return finiteFloat(text) ?? { kind: 'str', value: text };
  return { kind: 'str', value: text };
}

function resolveNumber(text: string): ResolvedScalar | undefined {
  if (text.length > MAX_NUMBER_LENGTH) return undefined;
  if (isTimestamp(text)) return { kind: 'timestamp', value: text };
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  const integer = parseInteger(plain);
  if (integer !== undefined) return { kind: 'int', value: integer };
  return FLOAT.test(plain) ? finiteFloat(plain) : undefined;
}

/** Decimal, 0x, 0o, 0b, and octal by a leading zero; within an int64, or without a sign within a uint64. */
function parseInteger(text: string): bigint | undefined {
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', digits = ''] = match;
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase());
  const value = sign === '-' ? -magnitude : magnitude;
  const max = sign === '' ? MAX_UINT64 : MAX_UINT64 / 2n;
  return value >= MIN_INT64 && value <= max ? value : undefined;
}

/** Undefined for what no double can hold: it stays text. */
function finiteFloat(text: string): ResolvedScalar | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? { kind: 'float', value } : undefined;
}

function isTimestamp(text: string): boolean {
  const match = text.charAt(4) === '-' ? DATE.exec(text) : null;
  if (match === null) return false;
  const [, month, day, separator, hour, minute, second, , zone = ''] = match;
  const year = Number(text.slice(0, 4));
  const lastDay = new Date(Date.UTC(year === 0 ? 4 : year, Number(month), 0)).getUTCDate();
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > lastDay) return false;
  if (separator === undefined) return true;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return false;
  return separator === ' ' ? zone === '' : /^(Z|[+-][0-9]{2}:[0-9]{2})$/.test(zone);
}
