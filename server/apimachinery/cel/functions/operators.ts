/** Operators of CEL: arithmetic with overflow, comparisons, membership. */
import { CelError } from '../cel-error.ts';
import { type FunctionDeclaration, global, type Overload } from '../function-table.ts';
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  INT,
  listOf,
  mapOf,
  param,
  STRING,
  TIMESTAMP,
  UINT,
} from '../cel-type.ts';
import {
  CelDuration,
  CelMap,
  CelTimestamp,
  CelUint,
  type CelValue,
  celCompare,
  celEquals,
  isList,
  KeyedList,
  sizeOf,
} from '../values.ts';

/** Cost of looking at a text or list, for each of its parts. */
export const TRAVERSAL = 0.1;

export const traversal = ([value]: readonly CelValue[]): number => (sizeOf(value as CelValue) ?? 0) * TRAVERSAL;

export function checkedInt(value: bigint): bigint {
  if (value !== BigInt.asIntN(64, value)) throw new CelError('integer overflow');
  return value;
}

export function checkedUint(value: bigint): CelUint {
  if (value !== BigInt.asUintN(64, value)) throw new CelError('unsigned integer overflow');
  return new CelUint(value);
}

const binary = (
  args: readonly [CelType, CelType],
  result: CelType,
  run: Overload['run'],
  cost?: Overload['cost'],
): Overload => ({
  isMember: false,
  args,
  result,
  run,
  ...(cost === undefined ? {} : { cost }),
});

type IntegerOperation = (a: bigint, b: bigint) => bigint;

/** The same on integers, unsigned integers and doubles. */
function arithmetic(onIntegers: IntegerOperation, onDoubles?: (a: number, b: number) => number): Overload[] {
  const overloads = [
    binary([INT, INT], INT, (a, b) => checkedInt(onIntegers(a as bigint, b as bigint))),
    binary([UINT, UINT], UINT, (a, b) => checkedUint(onIntegers((a as CelUint).value, (b as CelUint).value))),
  ];
  if (onDoubles !== undefined)
    overloads.push(binary([DOUBLE, DOUBLE], DOUBLE, (a, b) => onDoubles(a as number, b as number)));
  return overloads;
}

function divisible(message: string, operation: IntegerOperation): IntegerOperation {
  return (a, b) => {
    if (b === 0n) throw new CelError(message);
    return operation(a, b);
  };
}

const nanos = (value: CelValue): bigint => (value as CelTimestamp | CelDuration).nanoseconds;
const LIST = listOf(param('A'));
const both = (args: readonly CelValue[]): number =>
  ((sizeOf(args[0] as CelValue) ?? 0) + (sizeOf(args[1] as CelValue) ?? 0)) * TRAVERSAL;

const plus: Overload[] = [
  ...arithmetic(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  binary([STRING, STRING], STRING, (a, b) => (a as string) + (b as string), both),
  binary([BYTES, BYTES], BYTES, (a, b) => new Uint8Array(Buffer.concat([a as Uint8Array, b as Uint8Array])), both),
  binary([LIST, LIST], LIST, (a, b) =>
    a instanceof KeyedList ? a.plus(b as CelValue[]) : [...(a as CelValue[]), ...(b as CelValue[])],
  ),
  binary([TIMESTAMP, DURATION], TIMESTAMP, (a, b) => new CelTimestamp(nanos(a) + nanos(b))),
  binary([DURATION, TIMESTAMP], TIMESTAMP, (a, b) => new CelTimestamp(nanos(a) + nanos(b))),
  binary([DURATION, DURATION], DURATION, (a, b) => new CelDuration(nanos(a) + nanos(b))),
];

const minus: Overload[] = [
  ...arithmetic(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  binary([TIMESTAMP, TIMESTAMP], DURATION, (a, b) => new CelDuration(nanos(a) - nanos(b))),
  binary([TIMESTAMP, DURATION], TIMESTAMP, (a, b) => new CelTimestamp(nanos(a) - nanos(b))),
  binary([DURATION, DURATION], DURATION, (a, b) => new CelDuration(nanos(a) - nanos(b))),
];

const NUMBERS = [INT, UINT, DOUBLE];
const ORDERED = [BOOL, STRING, BYTES, TIMESTAMP, DURATION];

function comparison(name: string, holds: (order: number) => boolean): FunctionDeclaration {
  const pairs: Array<readonly [CelType, CelType]> = [
    ...ORDERED.map((type) => [type, type] as const),
    ...NUMBERS.flatMap((a) => NUMBERS.map((b) => [a, b] as const)),
  ];
  const run: Overload['run'] = (a, b) => {
    const order = celCompare(a, b);
    return order !== undefined && holds(order);
  };
  const cost: Overload['cost'] = ([a, b]) =>
    typeof a === 'string' && typeof b === 'string' ? Math.min(a.length, b.length) * TRAVERSAL : 0;
  return { name, overloads: pairs.map((pair) => binary(pair, BOOL, run, cost)) };
}

const equalityCost: Overload['cost'] = ([a, b]) =>
  Math.min(sizeOf(a as CelValue) ?? 0, sizeOf(b as CelValue) ?? 0) * TRAVERSAL;

export const operators: readonly FunctionDeclaration[] = [
  { name: '_+_', overloads: plus },
  { name: '_-_', overloads: minus },
  {
    name: '_*_',
    overloads: arithmetic(
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  },
  {
    name: '_/_',
    overloads: arithmetic(
      divisible('division by zero', (a, b) => a / b),
      (a, b) => a / b,
    ),
  },
  { name: '_%_', overloads: arithmetic(divisible('modulus by zero', (a, b) => a % b)) },
  {
    name: '-_',
    overloads: [
      { isMember: false, args: [INT], result: INT, run: (a) => checkedInt(-(a as bigint)) },
      { isMember: false, args: [DOUBLE], result: DOUBLE, run: (a) => -(a as number) },
    ],
  },
  global('!_', [BOOL], BOOL, (a) => a !== true),
  global('_==_', [param('A'), param('A')], BOOL, (a, b) => celEquals(a, b), equalityCost),
  global('_!=_', [param('A'), param('A')], BOOL, (a, b) => !celEquals(a, b), equalityCost),
  comparison('_<_', (order) => order < 0),
  comparison('_<=_', (order) => order <= 0),
  comparison('_>_', (order) => order > 0),
  comparison('_>=_', (order) => order >= 0),
  {
    name: '@in',
    overloads: [
      binary(
        [param('A'), listOf(param('A'))],
        BOOL,
        (item, list) => isList(list) && (list as CelValue[]).some((one) => celEquals(one, item)),
        ([, list]) => sizeOf(list as CelValue) ?? 0,
      ),
      binary(
        [param('A'), mapOf(param('A'), param('B'))],
        BOOL,
        (key, map) => map instanceof CelMap && map.find(key) !== undefined,
      ),
    ],
  },
  {
    name: '_?_:_',
    overloads: [
      {
        isMember: false,
        args: [BOOL, param('A'), param('A')],
        result: param('A'),
        run: (c, a, b) => (c === true ? a : b),
      },
    ],
  },
];
