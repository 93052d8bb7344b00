/** The string formats that schemas of custom resources may ask for; others are ignored, as upstream ignores what it does not know. */
import { parseGoDuration } from '../duration/go-duration.ts';
import { compileRe2 } from '../regex/re2.ts';

type Check = (text: string) => boolean;

const numberFormats: Readonly<Record<string, readonly string[]>> = {
  integer: ['int32', 'int64'],
  number: ['float', 'double'],
};

/** The format if it is one that a value of these types is checked for; else empty. */
export function checkedFormat(format: string, types: readonly string[]): string {
  if (format === '') return '';
  const [type = ''] = types.length === 1 ? types : [''];
  return isCheckedFormat(format, type) ? format : '';
}

/** `type` may be empty: any. */
export function isCheckedFormat(format: string, type: string): boolean {
  if (type === '' || type === 'string') return checks.has(normal(format));
  return Object.hasOwn(numberFormats, type) && numberFormats[type]?.includes(format) === true;
}

/** True for a format that is not known. */
export function hasFormat(text: string, format: string): boolean {
  return checks.get(normal(format))?.(text) ?? true;
}

function normal(format: string): string {
  return format.replaceAll('-', '');
}

const matches =
  (pattern: RegExp): Check =>
  (text) =>
    pattern.test(text);

const group = '[0-9a-f]{4}';
const uuid = (third: string, fourth: string): Check =>
  matches(new RegExp(`^[0-9a-f]{8}-?${group}-?${third}-?${fourth}-?[0-9a-f]{12}$`, 'i'));

const octet = '(?:[01]?[0-9]?[0-9]|2[0-4][0-9]|25[0-5])';
const ipv4 = new RegExp(`^0*${octet}(?:\\.0*${octet}){3}$`);

function isIpv4(text: string): boolean {
  return ipv4.test(text) || (text.includes('.') && isIpv6(text));
}

function isIpv6(text: string): boolean {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(':')) return false;
  const last = text.lastIndexOf(':');
  const dotted = text.slice(last + 1);
  if (dotted.includes('.')) return ipv4.test(dotted) && isIpv6(`${text.slice(0, last)}:0:0`);
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return false;
  const groups = [
    ...(head === '' ? [] : head.split(':')),
    ...(tail === undefined || tail === '' ? [] : tail.split(':')),
  ];
  if (!groups.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return false;
  return tail === undefined ? groups.length === 8 : groups.length < 8;
}

function isCidr(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(length)) return false;
  if (ipv4.test(address)) return Number(length) <= 32;
  return isIpv6(address) && Number(length) <= 128;
}

const label = String.raw`[a-zA-Z0-9\p{S}\p{L}]`;
const hostname = String.raw`^(${label}((-?${label}{0,62})?)|(${label}(([a-zA-Z0-9-\p{S}\p{L}]{0,61}${label})?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$`;

function isHostname(text: string): boolean {
  if (Buffer.byteLength(text) > 255 || !compileRe2(hostname).test(text)) return false;
  return text.split('.').every((part) => Buffer.byteLength(part) <= 63);
}

/** A path or an absolute URI, as Go's url.ParseRequestURI takes them. */
function isRequestUri(text: string): boolean {
  if (text === '' || /[\x00-\x20\x7f]/.test(text)) return false;
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return false;
  if (text.startsWith('/')) return true;
  const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:(.*)$/.exec(text);
  if (scheme === null) return false;
  const [, rest = ''] = scheme;
  if (!rest.startsWith('//')) return true;
  const authority = rest.slice(2).split(/[/?#]/)[0] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return /^(?:\[[0-9a-fA-F:.%]+\]|[^[\]:<>"^`{|}\\]*)(?::\d*)?$/.test(host);
}

/** An address with or without a name before it. */
function isEmail(text: string): boolean {
  const address = /<([^<>]*)>\s*$/.exec(text)?.[1] ?? text.trim();
  const at = address.lastIndexOf('@');
  if (at <= 0) return false;
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  const atom = String.raw`[a-zA-Z0-9!#$%&'*+/=?^_\x60{|}~\u0080-\uffff-]+`;
  const isLocal = new RegExp(String.raw`^(?:${atom}(?:\.${atom})*|"(?:[^"\\\r\n]|\\.)*")$`).test(local);
  return isLocal && (new RegExp(String.raw`^${atom}(?:\.${atom})*$`).test(domain) || /^\[[^[\]\\]+\]$/.test(domain));
}

function isMac(text: string): boolean {
  for (const [separator, digits] of [
    [':', 2],
    ['-', 2],
    [String.raw`\.`, 4],
  ] as const) {
    const one = `[0-9a-fA-F]{${digits}}`;
    const counts = digits === 2 ? [5, 7, 19] : [2, 3, 9];
    if (counts.some((count) => new RegExp(`^${one}(?:${separator}${one}){${count}}$`).test(text))) return true;
  }
  return false;
}

function isIsbn(text: string, length: 10 | 13): boolean {
  const digits = text.replace(/[\s-]+/g, '');
  if (length === 10) {
    if (!/^(?:[0-9]{9}X|[0-9]{10})$/.test(digits)) return false;
    let sum = 0;
    for (const [index, digit] of digits.split('').entries()) sum += (10 - index) * (digit === 'X' ? 10 : Number(digit));
    return sum % 11 === 0;
  }
  if (!/^[0-9]{13}$/.test(digits)) return false;
  let sum = 0;
  for (const [index, digit] of digits.split('').entries()) sum += (index % 2 === 0 ? 1 : 3) * Number(digit);
  return sum % 10 === 0;
}

const creditCard =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|(?:222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11}|6[27][0-9]{14})$/;

function isCreditCard(text: string): boolean {
  const digits = text.replace(/[^0-9]+/g, '');
  if (!creditCard.test(digits)) return false;
  let sum = 0;
  for (const [index, digit] of digits.split('').reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** Go's form, or numbers with units in words ("2 days"). */
function isDuration(text: string): boolean {
  try {
    parseGoDuration(text);
    return true;
  } catch {
    return [...text.matchAll(/\d+\s*([A-Za-zµ]+)/g)].some(([, unit = '']) => durationUnit.test(unit.toLowerCase()));
  }
}

const durationUnit = /^(?:ns|nano.*|us|µs|micro.*|ms|milli.*|s|sec.*|m|min.*|h|hr|hour.*|d|day.*|w|wk|week.*)$/;

function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return false;
  const [year = 0, month = 0, day = 0] = parts.slice(1).map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function isDateTime(text: string): boolean {
  if (text.length < 4) return false;
  const [date = '', time, ...rest] = text.toLowerCase().split('t');
  if (time === undefined || rest.length > 0 || !isDate(date)) return false;
  const parts = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(?:.[0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})$/.exec(time);
  if (parts === null) return false;
  const [, hours = '', minutes = '', seconds = ''] = parts;
  return hours <= '23' && minutes <= '59' && seconds <= '59';
}

const colour = '(?:0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])';
const base64 = /^(?:[A-Za-z0-9+\\/]{4})*(?:[A-Za-z0-9+\\/]{2}==|[A-Za-z0-9+\\/]{3}=|[A-Za-z0-9+\\/]{4})$/;
const shortName = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';

/** By name without dashes. */
const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['bsonobjectid', matches(/^[0-9a-fA-F]{24}$/)],
  ['uri', isRequestUri],
  ['email', isEmail],
  ['hostname', isHostname],
  ['ipv4', isIpv4],
  ['ipv6', isIpv6],
  ['cidr', isCidr],
  ['mac', isMac],
  ['uuid', uuid(group, group)],
  ['uuid3', uuid('3[0-9a-f]{3}', group)],
  ['uuid4', uuid('4[0-9a-f]{3}', '[89ab][0-9a-f]{3}')],
  ['uuid5', uuid('5[0-9a-f]{3}', '[89ab][0-9a-f]{3}')],
  ['isbn', (text) => isIsbn(text, 10) || isIsbn(text, 13)],
  ['isbn10', (text) => isIsbn(text, 10)],
  ['isbn13', (text) => isIsbn(text, 13)],
  ['creditcard', isCreditCard],
  ['ssn', matches(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/)],
  ['hexcolor', matches(/^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/)],
  ['rgbcolor', matches(new RegExp(`^rgb\\(\\s*${colour}\\s*,\\s*${colour}\\s*,\\s*${colour}\\s*\\)$`))],
  ['byte', matches(base64)],
  ['password', () => true],
  ['date', isDate],
  ['duration', isDuration],
  ['datetime', isDateTime],
  ['k8sshortname', (text) => text.length <= 63 && new RegExp(`^${shortName}$`).test(text)],
  ['k8slongname', (text) => text.length <= 253 && new RegExp(`^${shortName}(?:\\.${shortName})*$`).test(text)],
]);
