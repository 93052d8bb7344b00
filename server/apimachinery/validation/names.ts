/** Checks of names and of the other short texts of the API; each returns its complaints, none for a valid value. */
import {
  EMPTY_MESSAGE,
  inclusiveRangeMessage,
  isLongerThan,
  maxBytesMessage,
  maxLengthMessage,
  regexMessage,
  VALID,
} from './message.ts';

export const DNS1123_LABEL_MAX_LENGTH = 63;
export const DNS1123_SUBDOMAIN_MAX_LENGTH = 253;
export const DNS1035_LABEL_MAX_LENGTH = 63;
const PORT_NAME_MAX_LENGTH = 15;

const DNS1123_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
export const DNS1123_SUBDOMAIN = `${DNS1123_LABEL}(\\.${DNS1123_LABEL})*`;
const UNDERSCORE_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const UNDERSCORE_SUBDOMAIN = `${UNDERSCORE_LABEL}(\\.${UNDERSCORE_LABEL})*`;
const DNS1035_LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?';
const WILDCARD_SUBDOMAIN = `\\*\\.${DNS1123_SUBDOMAIN}`;
const C_IDENTIFIER = '[A-Za-z_][A-Za-z0-9_]*';
const PERCENT = '[0-9]+%';
const HTTP_HEADER_NAME = '[-A-Za-z0-9]+';
const ENV_VAR_NAME = '[-._a-zA-Z][-._a-zA-Z0-9]*';
const CONFIG_MAP_KEY = '[-._a-zA-Z0-9]+';

interface Format {
  readonly pattern: RegExp;
  readonly maxLength: number;
  /** Made once: messages are constant. */
  readonly complaint: string;
  /** Unset: upstream says "characters". */
  readonly tooLong?: string;
}

function format(regex: string, maxLength: number, message: string, ...examples: readonly string[]): Format {
  return { pattern: whole(regex), maxLength, complaint: regexMessage(message, regex, ...examples) };
}

function whole(regex: string): RegExp {
  return new RegExp(`^(?:${regex})$`);
}

function check(value: string, { pattern, maxLength, complaint, tooLong }: Format): readonly string[] {
  const matches = pattern.test(value);
  if (!isLongerThan(value, maxLength)) return matches ? VALID : [complaint];
  const length = tooLong ?? maxLengthMessage(maxLength);
  return matches ? [length] : [length, complaint];
}

const lowerCase = 'must consist of lower case alphanumeric characters';
const alphanumericEnds = 'must start and end with an alphanumeric character';

const dns1123Label = format(
  DNS1123_LABEL,
  DNS1123_LABEL_MAX_LENGTH,
  `a lowercase RFC 1123 label ${lowerCase} or '-', and ${alphanumericEnds}`,
  'my-name',
  '123-abc',
);
const dns1123SubdomainOfAnyCase = format(
  DNS1123_SUBDOMAIN,
  DNS1123_SUBDOMAIN_MAX_LENGTH,
  `an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', and ${alphanumericEnds}`,
  'Example.com',
);
const dns1123Subdomain = format(
  DNS1123_SUBDOMAIN,
  DNS1123_SUBDOMAIN_MAX_LENGTH,
  `a lowercase RFC 1123 subdomain ${lowerCase}, '-' or '.', and ${alphanumericEnds}`,
  'example.com',
);
export const dns1123SubdomainFormat: Format = dns1123Subdomain;
const dns1123SubdomainInBytes: Format = {
  ...dns1123Subdomain,
  tooLong: maxBytesMessage(DNS1123_SUBDOMAIN_MAX_LENGTH),
};
const underscoreSubdomain = format(
  UNDERSCORE_SUBDOMAIN,
  DNS1123_SUBDOMAIN_MAX_LENGTH,
  `a lowercase RFC 1123 subdomain ${lowerCase}, '_', '-' or '.', and ${alphanumericEnds}`,
  'example.com',
);
const dns1035Label = format(
  DNS1035_LABEL,
  DNS1035_LABEL_MAX_LENGTH,
  `a DNS-1035 label ${lowerCase} or '-', start with an alphabetic character, and end with an alphanumeric character`,
  'my-name',
  'abc-123',
);
const wildcardSubdomain = format(
  WILDCARD_SUBDOMAIN,
  DNS1123_SUBDOMAIN_MAX_LENGTH,
  `a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which ${lowerCase}, '-' or '.' and end with an alphanumeric character`,
  '*.example.com',
);
const cIdentifier = format(
  C_IDENTIFIER,
  Infinity,
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
  'my_name',
  'MY_NAME',
  'MyName',
);
const percent = format(
  PERCENT,
  Infinity,
  "a valid percent string must be a numeric string followed by an ending '%'",
  '1%',
  '93%',
);
const httpHeaderName = format(
  HTTP_HEADER_NAME,
  Infinity,
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  'X-Header-Name',
);
const envVarName = format(
  ENV_VAR_NAME,
  Infinity,
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
  'my.env-name',
  'MY_ENV.NAME',
  'MyEnvName1',
);
const configMapKey = format(
  CONFIG_MAP_KEY,
  DNS1123_SUBDOMAIN_MAX_LENGTH,
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  'key.name',
  'KEY_NAME',
  'key-name',
);

export function isDns1123Label(value: string): readonly string[] {
  const complaints = check(value, dns1123Label);
  // A name that is right but for its dots gets the shorter answer.
  return complaints.includes(dns1123Label.complaint) && dns1123Subdomain.pattern.test(value)
    ? [...complaints.slice(0, -1), 'must not contain dots']
    : complaints;
}

export function isDns1123Subdomain(value: string): readonly string[] {
  return check(value, dns1123Subdomain);
}

/** Capitals count as small letters. */
export function isDns1123SubdomainOfAnyCase(value: string): readonly string[] {
  const isGood = dns1123Subdomain.pattern.test(value.toLowerCase());
  return check(isGood ? value.toLowerCase() : value, dns1123SubdomainOfAnyCase);
}

export function isDns1123SubdomainWithUnderscore(value: string): readonly string[] {
  return check(value, underscoreSubdomain);
}

export function isDns1035Label(value: string): readonly string[] {
  return check(value, dns1035Label);
}

export function isWildcardDns1123Subdomain(value: string): readonly string[] {
  return check(value, wildcardSubdomain);
}

export function isCIdentifier(value: string): readonly string[] {
  return check(value, cIdentifier);
}

export function isPercent(value: string): readonly string[] {
  return check(value, percent);
}

export function isHttpHeaderName(value: string): readonly string[] {
  return check(value, httpHeaderName);
}

export function isEnvVarName(value: string): readonly string[] {
  return join(check(value, envVarName), parentDirectoryComplaint(value));
}

/** What env names may be since 1.30: anything printable in ASCII but "=". */
export function isRelaxedEnvVarName(value: string): readonly string[] {
  if (value === '') return [`environment variable name ${EMPTY_MESSAGE}`];
  if (/^[\x20-\x3c\x3e-\x7e]*$/.test(value)) return VALID;
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

export function isConfigMapKey(value: string): readonly string[] {
  return join(check(value, configMapKey), parentDirectoryComplaint(value));
}

export function isPortNumber(port: number): readonly string[] {
  return isInRange(port, 1, 65535);
}

export function isPortName(port: string): readonly string[] {
  const complaints: string[] = [];
  if (isLongerThan(port, PORT_NAME_MAX_LENGTH)) complaints.push(maxLengthMessage(PORT_NAME_MAX_LENGTH));
  if (!/^[-a-z0-9]+$/.test(port)) {
    complaints.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(port)) complaints.push('must contain at least one letter (a-z)');
  if (port.includes('--')) complaints.push('must not contain consecutive hyphens');
  if (port.startsWith('-') || port.endsWith('-')) complaints.push('must not begin or end with a hyphen');
  return complaints.length === 0 ? VALID : complaints;
}

export function isInRange(value: number, low: number, high: number): readonly string[] {
  return value >= low && value <= high ? VALID : [inclusiveRangeMessage(low, high)];
}

const MAX_ID = 2 ** 31 - 1;

/** User and group ids. */
export function isUserOrGroupId(id: number): readonly string[] {
  return isInRange(id, 0, MAX_ID);
}

/** For names that only need to fit into a URL path: RBAC names, for example. */
export function isPathSegmentName(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return isPathSegmentPrefix(name);
}

export function isPathSegmentPrefix(name: string): readonly string[] {
  if (!name.includes('/') && !name.includes('%')) return VALID;
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
}

/**
 * How a kind wants its objects named. `prefix` is true for a generateName, which may end in a dash because something
 * follows it.
 */
export type ValidateName = (name: string, prefix: boolean) => readonly string[];

export const validateDnsSubdomainName: ValidateName = (name, prefix) =>
  isDns1123Subdomain(prefix ? maskTrailingDash(name) : name);

export const validateDnsLabelName: ValidateName = (name, prefix) =>
  isDns1123Label(prefix ? maskTrailingDash(name) : name);

export const validatePathSegmentName: ValidateName = (name, prefix) =>
  prefix ? isPathSegmentPrefix(name) : isPathSegmentName(name);

/** Upstream puts an "a" for the last two characters, not for the dash alone: lengths are then judged one short. */
function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

/** Keys become file names: none may lead out of their directory. */
function parentDirectoryComplaint(value: string): readonly string[] {
  if (value === '.' || value === '..') return [`must not be '${value}'`];
  return value.startsWith('..') ? ["must not start with '..'"] : VALID;
}

function join(first: readonly string[], second: readonly string[]): readonly string[] {
  return second.length === 0 ? first : [...first, ...second];
}

/** Of kinds whose names are a rule of their schema: of the name which comes of a prefix, not of the prefix, and in bytes. */
export const validateWholeDnsSubdomain: ValidateName = (name, prefix) =>
  prefix ? VALID : check(name, dns1123SubdomainInBytes);
