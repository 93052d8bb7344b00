/** Functions on texts: the standard ones, the extension that Kubernetes has, regular expressions. */
import { fixedText } from '../../fixed-text.ts';
import { goQuote } from '../../errors/field-error.ts';
import { compileRe2, findRe2 } from '../../regex/re2.ts';
import { CelError } from '../cel-error.ts';
import { type FunctionDeclaration, global, member, type Overload } from '../function-table.ts';
import { BOOL, DYN, INT, listOf, STRING } from '../cel-type.ts';
import {
  CelDuration,
  CelMap,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  type CelValue,
  isList,
  runtimeType,
} from '../values.ts';
import { doubleText } from './conversions.ts';
import { TRAVERSAL, traversal } from './operators.ts';
import { durationText, timestampText } from './time.ts';

const TEXTS = listOf(STRING);
/** What matching costs for each part of the pattern. */
const PATTERN = 0.25;

const searchCost: Overload['cost'] = ([text, part]) =>
  Math.ceil((text as string).length * TRAVERSAL) * Math.ceil((part as string).length * TRAVERSAL);
const matchCost: Overload['cost'] = ([text, pattern]) =>
  Math.ceil((1 + (text as string).length) * TRAVERSAL) * Math.ceil((pattern as string).length * PATTERN);

function expressionOf(pattern: string) {
  try {
    return compileRe2(pattern);
  } catch (error) {
    throw new CelError(error instanceof Error ? error.message : 'invalid pattern');
  }
}

const matches: Overload['run'] = (text, pattern) => expressionOf(pattern as string).test(text as string);

const characters = (text: CelValue | undefined): string[] => Array.from(text as string);

function placeOf(value: CelValue | undefined): number {
  return Number(value);
}

function outOfRange(place: number): CelError {
  return new CelError(`index out of range: ${place}`);
}

function indexOf(args: readonly CelValue[], isLast: boolean): bigint {
  const [text, part] = [characters(args[0]), characters(args[1])];
  const from = args[2] === undefined ? (isLast ? text.length - part.length : 0) : placeOf(args[2]);
  if (args[2] !== undefined && (from < 0 || from >= Math.max(1, text.length))) {
    if (part.length === 0 && from === text.length) return BigInt(from);
    throw outOfRange(from);
  }
  if (part.length === 0) return BigInt(isLast && args[2] === undefined ? text.length : from);
  const holds = (at: number): boolean => part.every((char, offset) => text[at + offset] === char);
  if (isLast) {
    for (let at = Math.min(from, text.length - part.length); at >= 0; at--) if (holds(at)) return BigInt(at);
  } else {
    for (let at = from; at + part.length <= text.length; at++) if (holds(at)) return BigInt(at);
  }
  return -1n;
}

function substring(args: readonly CelValue[]): string {
  const text = characters(args[0]);
  const start = placeOf(args[1]);
  const end = args[2] === undefined ? text.length : placeOf(args[2]);
  if (start < 0 || start > text.length) throw outOfRange(start);
  if (end < 0 || end > text.length) throw outOfRange(end);
  if (start > end) throw new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  return text.slice(start, end).join('');
}

/** At most `limit` replacements; negative: all. */
function replace(text: string, from: string, to: string, limit: number): string {
  if (limit < 0) return text.replaceAll(from, () => to);
  let out = '';
  let rest = text;
  for (let count = 0; count < limit; count++) {
    const at = rest.indexOf(from);
    if (at < 0) break;
    out += rest.slice(0, at) + to;
    rest = rest.slice(at + from.length);
  }
  return out + rest;
}

function split(text: string, separator: string, limit: number): string[] {
  if (limit === 0) return [];
  const parts = separator === '' ? characters(text) : text.split(separator);
  if (limit < 0 || parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

const overloads = (...all: ReadonlyArray<Omit<Overload, 'isMember'>>): Overload[] =>
  all.map((overload) => ({ isMember: true, ...overload }));

const ascii = (text: CelValue | undefined, change: (letter: string) => string): string =>
  (text as string).replace(/[A-Za-z]/g, change);

/** Unicode's white space, as Go trims it. */
const trim = (text: CelValue | undefined): string =>
  (text as string).replace(/^(?:(?!\ufeff)[\s\u0085])+|(?:(?!\ufeff)[\s\u0085])+$/g, '');

export const stringFunctions: readonly FunctionDeclaration[] = [
  member('contains', [STRING, STRING], BOOL, (text, part) => (text as string).includes(part as string), searchCost),
  member(
    'startsWith',
    [STRING, STRING],
    BOOL,
    (text, part) => (text as string).startsWith(part as string),
    ([, part]) => (part as string).length * TRAVERSAL,
  ),
  member(
    'endsWith',
    [STRING, STRING],
    BOOL,
    (text, part) => (text as string).endsWith(part as string),
    ([, part]) => (part as string).length * TRAVERSAL,
  ),
  {
    name: 'matches',
    overloads: [
      { isMember: true, args: [STRING, STRING], result: BOOL, run: matches, cost: matchCost },
      { isMember: false, args: [STRING, STRING], result: BOOL, run: matches, cost: matchCost },
    ],
    literal: {
      argument: 0,
      check(value) {
        try {
          if (typeof value === 'string') compileRe2(value);
          return undefined;
        } catch {
          return 'invalid matches argument';
        }
      },
    },
  },
  member('find', [STRING, STRING], STRING, (text, pattern) => findAll(text, pattern, 1)[0] ?? '', matchCost),
  {
    name: 'findAll',
    overloads: overloads(
      { args: [STRING, STRING], result: TEXTS, run: (text, pattern) => findAll(text, pattern, -1), cost: matchCost },
      {
        args: [STRING, STRING, INT],
        result: TEXTS,
        run: (text, pattern, limit) => findAll(text, pattern, placeOf(limit)),
        cost: matchCost,
      },
    ),
  },
  member('charAt', [STRING, INT], STRING, (text, place) => {
    const all = characters(text);
    const at = placeOf(place);
    if (at < 0 || at > all.length) throw outOfRange(at);
    return all[at] ?? '';
  }),
  {
    name: 'indexOf',
    overloads: overloads(
      { args: [STRING, STRING], result: INT, run: (...args) => indexOf(args, false), cost: searchCost },
      { args: [STRING, STRING, INT], result: INT, run: (...args) => indexOf(args, false), cost: searchCost },
    ),
  },
  {
    name: 'lastIndexOf',
    overloads: overloads(
      { args: [STRING, STRING], result: INT, run: (...args) => indexOf(args, true), cost: searchCost },
      { args: [STRING, STRING, INT], result: INT, run: (...args) => indexOf(args, true), cost: searchCost },
    ),
  },
  {
    name: 'join',
    overloads: overloads(
      { args: [TEXTS], result: STRING, run: (list) => (list as string[]).join(''), cost: traversal },
      {
        args: [TEXTS, STRING],
        result: STRING,
        run: (list, by) => (list as string[]).join(by as string),
        cost: traversal,
      },
    ),
  },
  member('lowerAscii', [STRING], STRING, (text) => ascii(text, (letter) => letter.toLowerCase()), traversal),
  member('upperAscii', [STRING], STRING, (text) => ascii(text, (letter) => letter.toUpperCase()), traversal),
  member('trim', [STRING], STRING, trim, traversal),
  {
    name: 'replace',
    overloads: overloads(
      {
        args: [STRING, STRING, STRING],
        result: STRING,
        run: (text, from, to) => replace(text as string, from as string, to as string, -1),
        cost: traversal,
      },
      {
        args: [STRING, STRING, STRING, INT],
        result: STRING,
        run: (text, from, to, limit) => replace(text as string, from as string, to as string, placeOf(limit)),
        cost: traversal,
      },
    ),
  },
  {
    name: 'split',
    overloads: overloads(
      {
        args: [STRING, STRING],
        result: TEXTS,
        run: (text, by) => split(text as string, by as string, -1),
        cost: traversal,
      },
      {
        args: [STRING, STRING, INT],
        result: TEXTS,
        run: (text, by, limit) => split(text as string, by as string, placeOf(limit)),
        cost: traversal,
      },
    ),
  },
  {
    name: 'substring',
    overloads: overloads(
      { args: [STRING, INT], result: STRING, run: (...args) => substring(args), cost: traversal },
      { args: [STRING, INT, INT], result: STRING, run: (...args) => substring(args), cost: traversal },
    ),
  },
  global('strings.quote', [STRING], STRING, (text) => goQuote(text as string), traversal),
  member(
    'format',
    [STRING, listOf(DYN)],
    STRING,
    (text, args) => formatted(text as string, args as CelValue[]),
    traversal,
  ),
];

function findAll(text: CelValue | undefined, pattern: CelValue | undefined, limit: number): string[] {
  expressionOf(pattern as string);
  return findRe2(pattern as string, text as string, limit);
}

/** Go's verbs, as far as CEL has them. */
function formatted(text: string, args: readonly CelValue[]): string {
  let next = 0;
  return text.replace(
    /%(?:%|(?:\.(\d+))?([a-zA-Z]))/g,
    (whole, precision: string | undefined, verb: string | undefined) => {
      if (whole === '%%') return '%';
      const value = args[next];
      if (value === undefined) throw new CelError(`index ${next} out of range`);
      next++;
      return verbText(verb ?? '', value, precision === undefined ? 6 : Number(precision));
    },
  );
}

function verbText(verb: string, value: CelValue, precision: number): string {
  const integer = value instanceof CelUint ? value.value : value;
  switch (verb) {
    case 's':
      return textOf(value);
    case 'd':
      if (typeof integer === 'bigint') return String(integer);
      if (typeof value === 'number' && !Number.isFinite(value)) return doubleText(value);
      break;
    case 'f':
      if (typeof value === 'number') return Number.isFinite(value) ? fixedText(value, precision) : doubleText(value);
      break;
    case 'e':
      if (typeof value === 'number') return value.toExponential(precision).replace(/e([+-])(\d)$/, 'e$10$2');
      break;
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0';
      if (typeof integer === 'bigint') return integer.toString(2);
      break;
    case 'o':
      if (typeof integer === 'bigint') return integer.toString(8);
      break;
    case 'x':
    case 'X': {
      const hex = hexText(integer);
      if (hex !== undefined) return verb === 'X' ? hex.toUpperCase() : hex;
      break;
    }
    default:
      throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
  throw new CelError(formatProblem(verb, runtimeType(value)));
}

/** What a verb says of a value that it does not take. */
export function formatProblem(verb: string, type: string): string {
  return `error during formatting: ${takenBy[verb] ?? ''}, was given ${type}`;
}

/** Source: cel-go's formatting. */
const takenBy: Readonly<Record<string, string>> = {
  s: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  d: 'decimal clause can only be used on integers',
  f: 'fixed-point clause can only be used on doubles',
  e: 'scientific clause can only be used on doubles',
  b: 'only integers and bools can be formatted as binary',
  x: 'only integers, byte buffers, and strings can be formatted as hex',
  X: 'only integers, byte buffers, and strings can be formatted as hex',
  o: 'octal clause can only be used on integers',
};

function hexText(value: CelValue): string | undefined {
  if (typeof value === 'bigint') return value.toString(16);
  if (typeof value === 'string') return Buffer.from(value).toString('hex');
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : undefined;
}

function textOf(value: CelValue): string {
  if (typeof value === 'string') return value;
  if (value === null) return 'null';
  if (typeof value === 'number') return doubleText(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof CelTimestamp) return timestampText(value);
  if (value instanceof CelDuration) return durationText(value);
  if (value instanceof CelTypeValue) return value.name;
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (isList(value)) return `[${value.map(textOf).join(', ')}]`;
  if (value instanceof CelMap) {
    const entries = value.keys().map((key) => `${textOf(key)}: ${textOf(value.find(key) ?? null)}`);
    return `{${entries.sort().join(', ')}}`;
  }
  throw new CelError(formatProblem('s', runtimeType(value)));
}
