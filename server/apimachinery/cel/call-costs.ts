/** What calls cost at most by the sizes of what they are given, and how large their results are. Source: cel-go's coster, Kubernetes' library. */
import type { Expression } from './ast.ts';
import type { CelType } from './cel-type.ts';

/** A part of an expression. */
export interface Part {
  readonly cost: number;
  /** From a variable to where it comes from; empty: it is made. */
  readonly path: readonly string[];
  /** Set where it does not follow from the path or the type. */
  readonly size?: number | undefined;
  readonly entry?: number | undefined;
  readonly type: CelType | undefined;
}

export interface Sizes {
  /** 2^64 where it is not known. */
  size(part: Part): number;
  elementSize(list: Part): number;
}

export interface CallEstimate {
  /** With its arguments, without what it is called on. */
  readonly cost: number;
  readonly size?: number | undefined;
  readonly entry?: number | undefined;
}

export interface CostedCall {
  readonly name: string;
  readonly target: Part | undefined;
  readonly args: readonly Part[];
  readonly argExpressions: readonly Expression[];
  readonly coster: Sizes;
}

const STRING_TRAVERSAL = 0.1;
const REGEX_LENGTH = 0.25;
/** Of one authorization check: two of them fit into a rule. */
const CHECK = 350_000;
const FORMAT_REGEX = 128;
const LARGEST_ADDRESS = 16;

function scaled(size: number, factor: number): number {
  return Math.ceil(size * factor);
}

const text = (size: number): number => scaled(size, STRING_TRAVERSAL);

type Estimate = (call: Sized) => CallEstimate | undefined;

/** Sizes of what a call is given; costs are without those of the arguments. */
interface Sized {
  readonly call: CostedCall;
  readonly on: number;
  readonly arg: (index: number) => number;
}

/** Of a text that is read once; the result may be as long. */
const readsTarget: Estimate = ({ call, on }) => (call.target === undefined ? undefined : { cost: text(on), size: on });
const readsArgument: Estimate = ({ call, arg }) => (call.args.length === 0 ? undefined : { cost: text(arg(0)) });

const overElements: Estimate = ({ call, on }) => {
  const { target, coster } = call;
  if (target === undefined) return undefined;
  if (target.type?.kind !== 'list') return { cost: text(on) };
  const { element } = target.type;
  const isText = element.kind === 'string' || element.kind === 'bytes';
  return { cost: on * (1 + (isText ? text(coster.elementSize(target)) : 0)) };
};

const contained: Estimate = ({ call, arg }) => {
  const isText = call.args[0]?.type?.kind !== 'opaque';
  return { cost: text(2 * LARGEST_ADDRESS) + (isText ? text(arg(0)) : 0) };
};

const joinedSize: Estimate = ({ call, on, arg }) => {
  const { target, coster, args } = call;
  if (target === undefined) return undefined;
  const size = on * coster.elementSize(target) + (args.length > 0 && on > 0 ? arg(0) * (on - 1) : 0);
  return { cost: text(size), size };
};

const found: Estimate = ({ call, on, arg }) =>
  call.target === undefined ? undefined : { cost: text(on + 1) * scaled(arg(0), REGEX_LENGTH), size: on };

const replaced: Estimate = ({ call, on, arg }) => {
  if (call.target === undefined || call.args.length < 2) return undefined;
  const least = call.argExpressions[0]?.kind === 'literal' ? arg(0) : 0;
  let [count, retained] = [0, 0];
  if (least === 0) [count, retained] = [on + 1, on];
  else if (arg(1) <= least) retained = on;
  else count = Math.ceil(on / least);
  return { cost: scaled(on, 2 * STRING_TRAVERSAL), size: count * arg(1) + retained };
};

const splitUp: Estimate = ({ call, on }) => {
  if (call.target === undefined) return undefined;
  const limit = call.argExpressions[1];
  const most = limit?.kind === 'literal' && typeof limit.value === 'bigint' ? Number(limit.value) : on;
  return { cost: scaled(on, 2 * STRING_TRAVERSAL), size: most };
};

const kubernetes: Readonly<Record<string, Estimate>> = {
  check: () => ({ cost: CHECK }),
  fieldSelector: ({ arg }) => ({ cost: text(arg(0)) }),
  labelSelector: ({ arg }) => ({ cost: text(arg(0)) }),
  isSorted: overElements,
  sum: overElements,
  max: overElements,
  min: overElements,
  indexOf: overElements,
  lastIndexOf: overElements,
  url: ({ arg }) => ({ cost: text(arg(0)), size: arg(0) }),
  'jsonpatch.escapeKey': ({ arg }) => ({ cost: text(arg(0)), size: arg(0) }),
  lowerAscii: readsTarget,
  upperAscii: readsTarget,
  substring: readsTarget,
  trim: readsTarget,
  replace: replaced,
  split: splitUp,
  join: joinedSize,
  find: found,
  findAll: found,
  cidr: readsArgument,
  isIP: readsArgument,
  isCIDR: readsArgument,
  ip: ({ call, arg }) => (call.args.length === 0 ? { cost: 1 } : { cost: text(arg(0)) }),
  'ip.isCanonical': ({ arg }) => ({ cost: scaled(arg(0), 2 * STRING_TRAVERSAL) }),
  containsIP: contained,
  containsCIDR: (sized) => ({ cost: (contained(sized)?.cost ?? 0) + text(LARGEST_ADDRESS) + 1 }),
  quantity: readsArgument,
  isQuantity: readsArgument,
  semver: readsArgument,
  isSemver: readsArgument,
  'sets.contains': ({ arg }) => ({ cost: arg(0) * arg(1) + 1 }),
  'sets.intersects': ({ arg }) => ({ cost: arg(0) * arg(1) + 1 }),
  'sets.equivalent': ({ arg }) => ({ cost: arg(0) * arg(1) * 2 + 1 }),
  validate: ({ arg }) => ({ cost: scaled(scaled(arg(0), STRING_TRAVERSAL), FORMAT_REGEX * REGEX_LENGTH) }),
};

const texts = new Set(['string', 'bytes']);
const isDyn = (type: CelType | undefined): boolean => type === undefined || type.kind === 'dyn';
const isText = (part: Part | undefined): boolean => isDyn(part?.type) || texts.has(part?.type?.kind ?? '');

/** At least one: of two scalars that are equal. */
const compared: Estimate = ({ arg }) => ({ cost: text(Math.min(arg(0), arg(1))) });

const ordered: Estimate = (sized) => {
  if (!isText(sized.call.args[0]) || !isText(sized.call.args[1])) return undefined;
  const asText = compared(sized)?.cost ?? 1;
  return { cost: isDyn(sized.call.args[0]?.type) ? Math.max(asText, 1) : asText };
};

const added: Estimate = (sized) => {
  const { call, arg } = sized;
  const [left, right] = call.args;
  const size = arg(0) + arg(1);
  if (left?.type?.kind === 'list' || right?.type?.kind === 'list') {
    const entry =
      left?.entry === undefined || right?.entry === undefined ? undefined : Math.max(left.entry, right.entry);
    return { cost: 1, size, entry };
  }
  return isText(left) && isText(right) ? { cost: Math.max(text(size), isDyn(left?.type) ? 1 : 0), size } : undefined;
};

const core: Readonly<Record<string, Estimate>> = {
  '_==_': compared,
  '_!=_': compared,
  '_<_': ordered,
  '_<=_': ordered,
  '_>_': ordered,
  '_>=_': ordered,
  '_+_': added,
  '@in': ({ call, arg }) => (call.args[1]?.type?.kind === 'map' ? undefined : { cost: arg(1) }),
  matches: ({ call, on, arg }) =>
    call.target === undefined ? undefined : { cost: text(on + 1) * scaled(arg(0), REGEX_LENGTH) },
  contains: ({ call, on, arg }) => (call.target === undefined ? undefined : { cost: text(on) * text(arg(0)) }),
  startsWith: ({ arg }) => ({ cost: text(arg(0)) }),
  endsWith: ({ arg }) => ({ cost: text(arg(0)) }),
  format: ({ call, on }) => (call.target === undefined ? undefined : { cost: text(on) }),
  bytes: ({ call, arg }) => (isText(call.args[0]) ? { cost: text(arg(0)), size: arg(0) * 4 } : undefined),
  string: ({ call, arg }) => (call.args[0]?.type?.kind === 'bytes' ? { cost: text(arg(0)), size: arg(0) } : undefined),
};

export function callCost(call: CostedCall): CallEstimate {
  const { name, target, args, coster } = call;
  const [first, second, third] = args;
  const ofArguments = args.reduce((total, { cost }) => total + cost, 0);
  if (name === '_&&_' || name === '_||_') return { cost: ofArguments };
  if (name === '_?_:_' && first !== undefined && second !== undefined && third !== undefined) {
    const entry =
      second.entry === undefined || third.entry === undefined ? undefined : Math.max(second.entry, third.entry);
    const size = Math.max(coster.size(second), coster.size(third));
    return { cost: first.cost + Math.max(second.cost, third.cost), size, entry };
  }
  const sized: Sized = {
    call,
    get on() {
      return target === undefined ? 0 : coster.size(target);
    },
    arg: (index) => {
      const part = args[index];
      return part === undefined ? 0 : coster.size(part);
    },
  };
  const of = (table: Readonly<Record<string, Estimate>>) =>
    Object.hasOwn(table, name) ? table[name]?.(sized) : undefined;
  const estimate = of(kubernetes) ?? of(core) ?? { cost: 1 };
  return { ...estimate, cost: estimate.cost + ofArguments };
}
