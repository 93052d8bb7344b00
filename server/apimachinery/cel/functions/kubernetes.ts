/** Kubernetes' own kinds of values in CEL: quantities, URLs, versions, named formats. */
import { isDns1035Label, isDns1123Label, isDns1123Subdomain } from '../../validation/names.ts';
import { isLabelKey, isLabelValue } from '../../validation/labels.ts';
import { hasFormat } from '../../structural-schema/formats.ts';
import {
  addQuantities,
  compareQuantities,
  quantityFrom,
  quantitySign,
  quantityToNumber,
  quantityValue,
  subtractQuantities,
} from '../../quantity/arithmetic.ts';
import { parseQuantity, type Quantity, QuantityError } from '../../quantity/quantity.ts';
import { CelError } from '../cel-error.ts';
import { type FunctionDeclaration, global, member } from '../function-table.ts';
import { BOOL, DOUBLE, INT, listOf, mapOf, opaque, optionalOf, STRING } from '../cel-type.ts';
import { CelMapValue, CelOpaque, CelOptional, type CelValue } from '../values.ts';

/** A value of one kind, told from others of its kind by `same`. */
class Wrapped<T> extends CelOpaque {
  override readonly typeName: string;
  readonly content: T;
  readonly #same: (a: T, b: T) => boolean;

  constructor(typeName: string, content: T, same: (a: T, b: T) => boolean) {
    super();
    this.typeName = typeName;
    this.content = content;
    this.#same = same;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof Wrapped && this.#same(this.content, other.content as T);
  }
}

const content = <T>(value: CelValue | undefined): T => (value as unknown as Wrapped<T>).content;

const QUANTITY = opaque('kubernetes.Quantity');
const URL_TYPE = opaque('kubernetes.URL');
const SEMVER = opaque('kubernetes.Semver');
const FORMAT = opaque('kubernetes.NamedFormat');

const newQuantity = (quantity: Quantity): CelOpaque =>
  new Wrapped('kubernetes.Quantity', quantity, (a, b) => compareQuantities(a, b) === 0);

function quantityOf(text: CelValue | undefined): Quantity {
  try {
    return parseQuantity(text as string);
  } catch (error) {
    if (error instanceof QuantityError) throw new CelError(error.message);
    throw error;
  }
}

/** Undefined where it is none, or one that 64 bits do not hold. */
function wholeOf(quantity: Quantity): bigint | undefined {
  const value = quantityValue(quantity);
  const isWhole = compareQuantities(quantityFrom(value, 'DecimalSI'), quantity) === 0;
  return isWhole && value === BigInt.asIntN(64, value) ? value : undefined;
}

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
}

const quantities: readonly FunctionDeclaration[] = [
  global('quantity', [STRING], QUANTITY, (text) => newQuantity(quantityOf(text))),
  global('isQuantity', [STRING], BOOL, (text) => succeeds(() => quantityOf(text))),
  member('sign', [QUANTITY], INT, (quantity) => BigInt(quantitySign(content(quantity)))),
  member('isInteger', [QUANTITY], BOOL, (quantity) => wholeOf(content(quantity)) !== undefined),
  member('asInteger', [QUANTITY], INT, (quantity) => {
    const value = wholeOf(content(quantity));
    if (value === undefined) throw new CelError('cannot convert value to integer');
    return value;
  }),
  member('asApproximateFloat', [QUANTITY], DOUBLE, (quantity) => quantityToNumber(content(quantity))),
  member('isLessThan', [QUANTITY, QUANTITY], BOOL, (a, b) => compareQuantities(content(a), content(b)) < 0),
  member('isGreaterThan', [QUANTITY, QUANTITY], BOOL, (a, b) => compareQuantities(content(a), content(b)) > 0),
  member('compareTo', [QUANTITY, QUANTITY], INT, (a, b) => BigInt(compareQuantities(content(a), content(b)))),
  ...(['add', 'sub'] as const).map((name): FunctionDeclaration => {
    const apply = name === 'add' ? addQuantities : subtractQuantities;
    return {
      name,
      overloads: [
        {
          isMember: true,
          args: [QUANTITY, QUANTITY],
          result: QUANTITY,
          run: (a, b) => newQuantity(apply(content(a), content(b))),
        },
        {
          isMember: true,
          args: [QUANTITY, INT],
          result: QUANTITY,
          run: (a, b) => newQuantity(apply(content(a), quantityFrom(b as bigint, 'DecimalSI'))),
        },
      ],
    };
  }),
];

interface Url {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

/** As Go's url.ParseRequestURI: an absolute URI or an absolute path. */
function urlOf(text: CelValue | undefined): Url {
  const whole = text as string;
  const parts = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([\s\S]*))?$/.exec(whole);
  if (parts === null || !hasFormat(whole, 'uri')) {
    throw new CelError(
      `URL parse error during conversion from string: parse ${JSON.stringify(whole)}: invalid URI for request`,
    );
  }
  const [, scheme = '', authority = '', path = '', query = ''] = parts;
  return { scheme: scheme.toLowerCase(), host: authority.slice(authority.lastIndexOf('@') + 1), path, query };
}

const hostname = ({ host }: Url): string => host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');

function queryOf({ query }: Url): CelValue {
  const values = new Map<string, string[]>();
  for (const [key, value] of new URLSearchParams(query)) {
    const known = values.get(key);
    if (known === undefined) values.set(key, [value]);
    else known.push(value);
  }
  return new CelMapValue(values);
}

const urls: readonly FunctionDeclaration[] = [
  global(
    'url',
    [STRING],
    URL_TYPE,
    (text) => new Wrapped('kubernetes.URL', urlOf(text), (a, b) => JSON.stringify(a) === JSON.stringify(b)),
  ),
  global('isURL', [STRING], BOOL, (text) => succeeds(() => urlOf(text))),
  member('getScheme', [URL_TYPE], STRING, (url) => content<Url>(url).scheme),
  member('getHost', [URL_TYPE], STRING, (url) => content<Url>(url).host),
  member('getHostname', [URL_TYPE], STRING, (url) => hostname(content(url))),
  member('getPort', [URL_TYPE], STRING, (url) => /:(\d*)$/.exec(content<Url>(url).host)?.[1] ?? ''),
  member('getEscapedPath', [URL_TYPE], STRING, (url) => content<Url>(url).path),
  member('getQuery', [URL_TYPE], mapOf(STRING, listOf(STRING)), (url) => queryOf(content(url))),
];

interface Version {
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly pre: readonly string[];
}

function versionOf(text: CelValue | undefined, isLenient: boolean): Version {
  let whole = text as string;
  if (isLenient) {
    whole = whole
      .replace(/^v/, '')
      .replace(/^(\d+)(?=$|[-+])/, '$1.0.0')
      .replace(/^(\d+\.\d+)(?=$|[-+])/, '$1.0');
    whole = whole.replace(/^0*(\d+)\.0*(\d+)\.0*(\d+)/, '$1.$2.$3');
  }
  const number = '(0|[1-9]\\d*)';
  const parts = new RegExp(
    `^${number}\\.${number}\\.${number}(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
  ).exec(whole);
  if (parts === null) throw new CelError(`invalid semver ${JSON.stringify(text)}`);
  const [, major = '', minor = '', patch = '', pre] = parts;
  return { numbers: [BigInt(major), BigInt(minor), BigInt(patch)], pre: pre === undefined ? [] : pre.split('.') };
}

function compareVersions(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index] ?? 0n;
    if (number !== other) return number < other ? -1 : 1;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length);
  for (const [index, part] of a.pre.entries()) {
    const other = b.pre[index];
    if (other === undefined) return 1;
    const order = comparePre(part, other);
    if (order !== 0) return order;
  }
  return a.pre.length < b.pre.length ? -1 : 0;
}

/** Numbers come before words. */
function comparePre(a: string, b: string): number {
  const [x, y] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (x !== y) return x ? -1 : 1;
  if (x) return Math.sign(Number(BigInt(a) - BigInt(b)));
  return a < b ? -1 : a > b ? 1 : 0;
}

const newVersion = (version: Version): CelOpaque =>
  new Wrapped('kubernetes.Semver', version, (a, b) => compareVersions(a, b) === 0);

const versions: readonly FunctionDeclaration[] = [
  {
    name: 'semver',
    overloads: [
      { isMember: false, args: [STRING], result: SEMVER, run: (text) => newVersion(versionOf(text, false)) },
      {
        isMember: false,
        args: [STRING, BOOL],
        result: SEMVER,
        run: (text, lenient) => newVersion(versionOf(text, lenient === true)),
      },
    ],
  },
  {
    name: 'isSemver',
    overloads: [
      { isMember: false, args: [STRING], result: BOOL, run: (text) => succeeds(() => versionOf(text, false)) },
      {
        isMember: false,
        args: [STRING, BOOL],
        result: BOOL,
        run: (text, lenient) => succeeds(() => versionOf(text, lenient === true)),
      },
    ],
  },
  ...['major', 'minor', 'patch'].map((name, index) =>
    member(name, [SEMVER], INT, (version) => content<Version>(version).numbers[index] ?? 0n),
  ),
  member('isLessThan', [SEMVER, SEMVER], BOOL, (a, b) => compareVersions(content(a), content(b)) < 0),
  member('isGreaterThan', [SEMVER, SEMVER], BOOL, (a, b) => compareVersions(content(a), content(b)) > 0),
  member('compareTo', [SEMVER, SEMVER], INT, (a, b) => BigInt(compareVersions(content(a), content(b)))),
];

type Format = (text: string) => readonly string[];

const known =
  (format: string): Format =>
  (text) =>
    hasFormat(text, format) ? [] : [`invalid ${format}`];
/** A prefix may end as a whole name may not. */
const prefixOf =
  (check: Format): Format =>
  (text) =>
    check(text.replace(/-$/, 'a'));

const formats: Readonly<Record<string, Format>> = {
  dns1123Label: isDns1123Label,
  dns1123Subdomain: isDns1123Subdomain,
  dns1035Label: isDns1035Label,
  qualifiedName: isLabelKey,
  labelValue: isLabelValue,
  dns1123LabelPrefix: prefixOf(isDns1123Label),
  dns1123SubdomainPrefix: prefixOf(isDns1123Subdomain),
  dns1035LabelPrefix: prefixOf(isDns1035Label),
  uri: known('uri'),
  uuid: known('uuid'),
  byte: known('byte'),
  date: known('date'),
  datetime: known('datetime'),
};

const newFormat = (name: string): CelOpaque => new Wrapped('kubernetes.NamedFormat', name, (a, b) => a === b);

const namedFormats: readonly FunctionDeclaration[] = [
  global(
    'format.named',
    [STRING],
    optionalOf(FORMAT),
    (name) => new CelOptional(Object.hasOwn(formats, name as string) ? newFormat(name as string) : undefined),
  ),
  ...Object.keys(formats).map((name) => global(`format.${name}`, [], FORMAT, () => newFormat(name))),
  member('validate', [FORMAT, STRING], optionalOf(listOf(STRING)), (format, text) => {
    const complaints = formats[content<string>(format)]?.(text as string) ?? [];
    return new CelOptional(complaints.length === 0 ? undefined : [...complaints]);
  }),
];

export const kubernetesFunctions: readonly FunctionDeclaration[] = [
  ...quantities,
  ...urls,
  ...versions,
  ...namedFormats,
];
