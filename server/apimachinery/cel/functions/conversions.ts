/** Conversions between types, sizes, and the types of values. */
import { goFloat64 } from '../../yaml/go-float.ts';
import { CelError } from '../cel-error.ts';
import { type FunctionDeclaration, global, type Overload } from '../function-table.ts';
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  param,
  STRING,
  TIMESTAMP,
  UINT,
} from '../cel-type.ts';
import type { CelUint } from '../values.ts';
import { CelDuration, CelTimestamp, CelTypeValue, type CelValue, runtimeType, sizeOf } from '../values.ts';
import { checkedInt, checkedUint, traversal } from './operators.ts';
import { durationText, parseDuration, parseTimestamp, timestampText } from './time.ts';

const from = (arg: CelType, result: CelType, run: (value: CelValue) => CelValue): Overload => ({
  isMember: false,
  args: [arg],
  result,
  run: (value) => run(value),
});
const same = (type: CelType): Overload => from(type, type, (value) => value);

function truncated(value: number): bigint {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 63) throw new CelError('integer overflow');
  return BigInt(Math.trunc(value));
}

function integerText(text: string, type: string): bigint {
  if (!/^[+-]?\d+$/.test(text)) throw new CelError(`type conversion error from 'string' to '${type}'`);
  return BigInt(text.replace('+', ''));
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function bytesText(value: CelValue): string {
  try {
    return decoder.decode(value as Uint8Array);
  } catch {
    throw new CelError('invalid UTF-8 in bytes, cannot convert to string');
  }
}

const toInt: Overload[] = [
  same(INT),
  from(UINT, INT, (value) => checkedInt((value as CelUint).value)),
  from(DOUBLE, INT, (value) => truncated(value as number)),
  from(STRING, INT, (value) => checkedInt(integerText(value as string, 'int'))),
  from(TIMESTAMP, INT, (value) => {
    const { nanoseconds } = value as CelTimestamp;
    return nanoseconds / 1_000_000_000n - (nanoseconds % 1_000_000_000n < 0n ? 1n : 0n);
  }),
  from(DURATION, INT, (value) => (value as CelDuration).nanoseconds),
];

const toDouble: Overload[] = [
  same(DOUBLE),
  from(INT, DOUBLE, (value) => Number(value)),
  from(UINT, DOUBLE, (value) => Number((value as CelUint).value)),
  from(STRING, DOUBLE, (value) => {
    const number = Number(value);
    if ((value as string).trim() === '' || (Number.isNaN(number) && value !== 'NaN')) {
      throw new CelError("type conversion error from 'string' to 'double'");
    }
    return number;
  }),
];

const toText: Overload[] = [
  same(STRING),
  from(INT, STRING, String),
  from(UINT, STRING, (value) => String((value as CelUint).value)),
  from(DOUBLE, STRING, (value) => doubleText(value as number)),
  from(BOOL, STRING, String),
  from(BYTES, STRING, bytesText),
  from(TIMESTAMP, STRING, (value) => timestampText(value as CelTimestamp)),
  from(DURATION, STRING, (value) => durationText(value as CelDuration)),
];

export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  // Go switches to exponents later than YAML does.
  return Math.abs(value) >= 1e6 && Math.abs(value) < 1e21 ? String(value) : goFloat64(value);
}

function toBool(value: CelValue): boolean {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value as string)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value as string)) return false;
  throw new CelError("type conversion error from 'string' to 'bool'");
}

const sized = [STRING, BYTES, listOf(param('A')), mapOf(param('A'), param('B'))];
const size: Overload['run'] = (value) => BigInt(sizeOf(value) ?? 0);

export const conversions: readonly FunctionDeclaration[] = [
  { name: 'int', overloads: toInt },
  {
    name: 'uint',
    overloads: [
      same(UINT),
      from(INT, UINT, (value) => checkedUint(value as bigint)),
      from(DOUBLE, UINT, (value) => checkedUint(truncated(value as number))),
      from(STRING, UINT, (value) => checkedUint(integerText(value as string, 'uint'))),
    ],
  },
  { name: 'double', overloads: toDouble },
  { name: 'string', overloads: toText },
  { name: 'bool', overloads: [same(BOOL), from(STRING, BOOL, toBool)] },
  {
    name: 'bytes',
    overloads: [same(BYTES), from(STRING, BYTES, (value) => new Uint8Array(Buffer.from(value as string)))],
  },
  {
    name: 'timestamp',
    overloads: [
      same(TIMESTAMP),
      from(STRING, TIMESTAMP, (value) => new CelTimestamp(parseTimestamp(value as string))),
      from(INT, TIMESTAMP, (value) => new CelTimestamp((value as bigint) * 1_000_000_000n)),
    ],
    literal: { argument: 0, check: problemOf((text) => parseTimestamp(text), 'invalid timestamp argument') },
  },
  {
    name: 'duration',
    overloads: [
      same(DURATION),
      from(STRING, DURATION, (value) => parseDuration(value as string)),
      from(INT, DURATION, (value) => new CelDuration(value as bigint)),
    ],
    literal: { argument: 0, check: problemOf((text) => parseDuration(text), 'invalid duration argument') },
  },
  global('dyn', [param('A')], DYN, (value) => value),
  global('type', [param('A')], { kind: 'type', of: param('A') }, (value) => new CelTypeValue(runtimeType(value))),
  {
    name: 'size',
    overloads: sized.flatMap((type) => [
      { isMember: false, args: [type], result: INT, run: size, cost: traversal },
      { isMember: true, args: [type], result: INT, run: size, cost: traversal },
    ]),
  },
];

/** What is wrong with a literal text, in the words of the check of literals. */
export function problemOf(parse: (text: string) => unknown, message: string): (value: CelValue) => string | undefined {
  return (value) => {
    if (typeof value !== 'string') return undefined;
    try {
      parse(value);
      return undefined;
    } catch {
      return message;
    }
  };
}
