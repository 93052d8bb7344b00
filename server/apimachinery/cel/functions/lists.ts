/** Functions on lists: order, sums, places of elements, sets; and optional values. */
import { CelError } from '../cel-error.ts';
import { type FunctionDeclaration, global, member, type Overload } from '../function-table.ts';
import {
  BOOL,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  optionalOf,
  param,
  STRING,
  TIMESTAMP,
  BYTES,
  UINT,
} from '../cel-type.ts';
import { CelDuration, CelOptional, CelUint, type CelValue, celCompare, celEquals, isList, sizeOf } from '../values.ts';
import { checkedInt, checkedUint } from './operators.ts';

const ORDERED: readonly CelType[] = [INT, UINT, DOUBLE, BOOL, DURATION, TIMESTAMP, STRING, BYTES];
const A = param('A');
const LIST = listOf(A);
const OPTIONAL = optionalOf(A);

const length: Overload['cost'] = ([list]) => sizeOf(list as CelValue) ?? 0;
const product: Overload['cost'] = ([a, b]) => (sizeOf(a as CelValue) ?? 0) * (sizeOf(b as CelValue) ?? 0);

/** One overload for each type that has an order. */
function ofOrdered(name: string, result: (element: CelType) => CelType, run: Overload['run']): FunctionDeclaration {
  return {
    name,
    overloads: ORDERED.map((element) => ({
      isMember: true,
      args: [listOf(element)],
      result: result(element),
      run,
      cost: length,
    })),
  };
}

function extreme(list: readonly CelValue[], sign: 1 | -1, name: string): CelValue {
  if (list.length === 0) throw new CelError(`${name} called on empty list`);
  return list.reduce((best, item) => ((celCompare(item, best) ?? 0) * sign > 0 ? item : best));
}

const sums: ReadonlyArray<readonly [CelType, (list: readonly CelValue[]) => CelValue]> = [
  [INT, (list) => list.reduce<bigint>((sum, item) => checkedInt(sum + (item as bigint)), 0n)],
  [
    UINT,
    (list) => list.reduce<CelUint>((sum, item) => checkedUint(sum.value + (item as CelUint).value), new CelUint(0n)),
  ],
  [DOUBLE, (list) => list.reduce<number>((sum, item) => sum + (item as number), 0)],
  [
    DURATION,
    (list) =>
      list.reduce<CelDuration>(
        (sum, item) => new CelDuration(sum.nanoseconds + (item as CelDuration).nanoseconds),
        new CelDuration(0n),
      ),
  ],
];

const isIn = (item: CelValue, list: readonly CelValue[]): boolean => list.some((one) => celEquals(one, item));
const holdsAll = (list: readonly CelValue[], items: readonly CelValue[]): boolean =>
  items.every((item) => isIn(item, list));

const optionalField = (value: CelValue | undefined): CelOptional => value as CelOptional;

const unwrap: Overload['run'] = (list) =>
  (list as CelOptional[]).flatMap(({ value }) => (value === undefined ? [] : [value]));

function distinct(list: readonly CelValue[]): CelValue[] {
  return list.filter((item, index) => list.findIndex((other) => celEquals(other, item)) === index);
}

function slice(list: readonly CelValue[], from: number, to: number): CelValue[] {
  if (from < 0 || to < 0) throw new CelError(`cannot slice(${from}, ${to}), negative indexes not supported`);
  if (from > to)
    throw new CelError(`cannot slice(${from}, ${to}), start index must be less than or equal to end index`);
  if (to > list.length) throw new CelError(`cannot slice(${from}, ${to}), list is length ${list.length}`);
  return list.slice(from, to);
}

function flattened(list: readonly CelValue[], depth: number): CelValue[] {
  return list.flatMap((item) => (isList(item) && depth > 0 ? flattened(item, depth - 1) : [item]));
}

const MAX_RANGE = 1_000_000n;

function range(count: bigint): CelValue[] {
  if (count > MAX_RANGE) throw new CelError(`range of ${count} is too long`);
  return Array.from({ length: Math.max(0, Number(count)) }, (_, index) => BigInt(index));
}

function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === '' || value === 0n || value === 0) return true;
  if (value instanceof CelUint) return value.value === 0n;
  if (value instanceof CelDuration) return value.nanoseconds === 0n;
  return sizeOf(value) === 0;
}

export const listFunctions: readonly FunctionDeclaration[] = [
  ofOrdered(
    'isSorted',
    () => BOOL,
    (list) =>
      (list as CelValue[]).every(
        (item, index, all) => index === 0 || (celCompare(all[index - 1] as CelValue, item) ?? 0) <= 0,
      ),
  ),
  ofOrdered(
    'min',
    (element) => element,
    (list) => extreme(list as CelValue[], -1, 'min'),
  ),
  ofOrdered(
    'max',
    (element) => element,
    (list) => extreme(list as CelValue[], 1, 'max'),
  ),
  {
    name: 'sum',
    overloads: sums.map(([element, run]) => ({
      isMember: true,
      args: [listOf(element)],
      result: element,
      run: (list) => run(list as CelValue[]),
      cost: length,
    })),
  },
  member(
    'indexOf',
    [LIST, A],
    INT,
    (list, item) => BigInt((list as CelValue[]).findIndex((one) => celEquals(one, item))),
    length,
  ),
  member(
    'lastIndexOf',
    [LIST, A],
    INT,
    (list, item) => BigInt((list as CelValue[]).findLastIndex((one) => celEquals(one, item))),
    length,
  ),
  ofOrdered(
    'sort',
    (element) => listOf(element),
    (list) => (list as CelValue[]).toSorted((a, b) => celCompare(a, b) ?? 0),
  ),
  member('reverse', [LIST], LIST, (list) => (list as CelValue[]).toReversed(), length),
  member(
    'distinct',
    [LIST],
    LIST,
    (list) => distinct(list as CelValue[]),
    ([list]) => (sizeOf(list as CelValue) ?? 0) ** 2,
  ),
  {
    name: 'flatten',
    overloads: [
      {
        isMember: true,
        args: [listOf(LIST)],
        result: LIST,
        run: (list) => (list as CelValue[][]).flat(),
        cost: length,
      },
      {
        isMember: true,
        args: [listOf(DYN), INT],
        result: listOf(DYN),
        run: (list, depth) => {
          if ((depth as bigint) < 0n) throw new CelError('level must be non-negative');
          return flattened(list as CelValue[], Number(depth));
        },
        cost: length,
      },
    ],
  },
  member(
    'slice',
    [LIST, INT, INT],
    LIST,
    (list, from, to) => slice(list as CelValue[], Number(from), Number(to)),
    length,
  ),
  global(
    'lists.range',
    [INT],
    listOf(INT),
    (count) => range(count as bigint),
    (_args, list) => sizeOf(list) ?? 0,
  ),
  global('optional.unwrap', [listOf(OPTIONAL)], LIST, unwrap, length),
  member('unwrapOpt', [listOf(OPTIONAL)], LIST, unwrap, length),
  global('sets.contains', [LIST, LIST], BOOL, (a, b) => holdsAll(a as CelValue[], b as CelValue[]), product),
  global(
    'sets.equivalent',
    [LIST, LIST],
    BOOL,
    (a, b) => holdsAll(a as CelValue[], b as CelValue[]) && holdsAll(b as CelValue[], a as CelValue[]),
    product,
  ),
  global(
    'sets.intersects',
    [LIST, LIST],
    BOOL,
    (a, b) => (a as CelValue[]).some((item) => isIn(item, b as CelValue[])),
    product,
  ),
  global('optional.of', [A], OPTIONAL, (value) => new CelOptional(value)),
  global('optional.none', [], OPTIONAL, () => new CelOptional(undefined)),
  global('optional.ofNonZeroValue', [A], OPTIONAL, (value) => new CelOptional(isZero(value) ? undefined : value)),
  member('hasValue', [OPTIONAL], BOOL, (optional) => optionalField(optional).value !== undefined),
  member('value', [OPTIONAL], A, (optional) => {
    const { value } = optionalField(optional);
    if (value === undefined) throw new CelError('optional.none() dereference');
    return value;
  }),
  member('or', [OPTIONAL, OPTIONAL], OPTIONAL, (optional, other) =>
    optionalField(optional).value === undefined ? other : optional,
  ),
  member('orValue', [OPTIONAL, A], A, (optional, other) => optionalField(optional).value ?? other),
  member('first', [LIST], OPTIONAL, (list) => new CelOptional((list as CelValue[])[0])),
  member('last', [LIST], OPTIONAL, (list) => new CelOptional((list as CelValue[]).at(-1))),
];
