/**
 * What an expression costs at most, before it has run: from the sizes that its variables may have. The numbers decide which rules a
 * definition may have, so they are those of cel-go's coster and of Kubernetes' library, quirks included.
 */
import type { Expression } from './ast.ts';
import type { CelType } from './cel-type.ts';
import { type CelValue, sizeOf } from './values.ts';
import { callCost, type Part, type Sizes } from './call-costs.ts';

/** How large the values of a type may be, as schemas say. */
export interface SizedType {
  /** Characters, elements or entries. */
  readonly max: number;
  readonly field: (name: string) => SizedType | undefined;
  readonly element: SizedType | undefined;
  readonly key: SizedType | undefined;
}

export interface CostContext {
  /** Of every part of the expression. */
  readonly typeOf: (expression: Expression) => CelType | undefined;
  /** Of self, and so of oldSelf. */
  readonly root: SizedType;
}

export const UNKNOWN_SIZE = 2 ** 64;

const SELECT = 1;
const LIST = 10;
const MAP = 30;
const STRUCT = 40;

type Path = readonly string[];

interface Local {
  readonly path: Path;
  readonly size: number | undefined;
  /** Of the elements or values of what it holds. */
  readonly entry: number | undefined;
}

/** At most 2^64. */
export function estimateCost(expression: Expression, context: CostContext): number {
  return Math.min(new Coster(context).part(expression).cost, UNKNOWN_SIZE);
}

class Coster implements Sizes {
  readonly #context: CostContext;
  readonly #locals = new Map<string, Local[]>();

  constructor(context: CostContext) {
    this.#context = context;
  }

  part(expression: Expression): Part {
    const type = this.#context.typeOf(expression);
    switch (expression.kind) {
      case 'literal':
        return { cost: 0, path: [], size: literalSize(expression.value), type };
      case 'name': {
        const local = this.#locals.get(expression.name)?.at(-1);
        const path = local === undefined ? [expression.name] : local.path;
        return { cost: SELECT, path, type, entry: local?.entry, size: this.#localSize(path, type, local) };
      }
      case 'select': {
        const operand = this.part(expression.operand);
        // Of an optional it is a call, whose place is not known.
        if (expression.isOptional) return { cost: operand.cost + 1, path: [], type };
        const selects = operand.type?.kind !== 'dyn' && operand.type?.kind !== 'optional';
        return { cost: operand.cost + (selects ? SELECT : 0), path: [...operand.path, expression.field], type };
      }
      case 'has':
        return { cost: this.part(expression.operand).cost, path: [], type };
      case 'index':
        return this.#index(expression, type);
      case 'call':
        return this.#call(expression, type);
      case 'list': {
        const parts = expression.elements.map(({ value }) => this.part(value));
        const entry = Math.max(0, ...parts.map((part) => this.size(part)));
        return { cost: LIST + sum(parts), path: [], size: parts.length, entry, type };
      }
      case 'map': {
        const parts = expression.entries.flatMap(({ key, value }) => [this.part(key), this.part(value)]);
        const values = parts.filter((_, index) => index % 2 === 1);
        const entry = Math.max(0, ...values.map((part) => this.size(part)));
        return { cost: MAP + sum(parts), path: [], size: expression.entries.length, entry, type };
      }
      case 'message':
        return { cost: STRUCT + sum(expression.fields.map(({ value }) => this.part(value))), path: [], type };
      case 'loop':
        return this.#loop(expression, type);
      case 'optMap':
        return this.#optMap(expression, type);
    }
  }

  /** Unknown: the largest there is. */
  size(part: Part): number {
    return this.#knownSize(part) ?? UNKNOWN_SIZE;
  }

  /** Of the elements of a list. */
  elementSize(list: Part): number {
    const place = this.#at([...list.path, '@items']);
    if (list.path.length > 0 && place !== undefined) return place.max;
    const element = list.type?.kind === 'list' ? list.type.element : undefined;
    return isScalar(element) ? 1 : UNKNOWN_SIZE;
  }

  #knownSize({ size, path, type }: Part): number | undefined {
    if (size !== undefined) return size;
    const place = this.#at(path);
    return place === undefined ? (isScalar(type) ? 1 : undefined) : place.max;
  }

  #localSize(path: Path, type: CelType | undefined, local: Local | undefined): number | undefined {
    if (this.#at(path) !== undefined || isScalar(type)) return undefined;
    return local?.size;
  }

  /** The first name is that of a variable: all of them begin at the same place. */
  #at(path: Path): SizedType | undefined {
    if (path.length === 0) return undefined;
    let place: SizedType | undefined = this.#context.root;
    for (const name of path.slice(1)) {
      if (name === '@items' || name === '@values') place = place?.element;
      else if (name === '@keys') place = place?.key;
      else place = name === '@indices' ? undefined : place?.field(name);
      if (place === undefined) return undefined;
    }
    return place;
  }

  #index({ operand, index, isOptional }: Extract<Expression, { kind: 'index' }>, type: CelType | undefined): Part {
    const [container, key] = [this.part(operand), this.part(index)];
    const cost = container.cost + key.cost + 1;
    if (isOptional || container.type?.kind === 'optional') return { cost, path: [], type };
    const below = container.type?.kind === 'map' ? '@values' : '@items';
    return { cost, path: [...container.path, below], size: container.entry, type };
  }

  #call({ name, target, args }: Extract<Expression, { kind: 'call' }>, type: CelType | undefined): Part {
    const parts = args.map((arg) => this.part(arg));
    if (name === 'dyn' && parts[0] !== undefined) {
      const [arg] = parts;
      return { ...arg, cost: arg.cost + 1, path: [], size: this.#knownSize(arg), type };
    }
    // A name that is no variable is where the function belongs: ip.isCanonical.
    const isNamespace = target?.kind === 'name' && this.#context.typeOf(target) === undefined;
    const on = target === undefined || isNamespace ? undefined : this.part(target);
    const full = isNamespace ? `${target.name}.${name}` : name;
    const { cost, size, entry } = callCost({ name: full, target: on, args: parts, argExpressions: args, coster: this });
    return { cost: cost + (on?.cost ?? 0), path: [], size, entry, type };
  }

  #loop(loop: Extract<Expression, { kind: 'loop' }>, type: CelType | undefined): Part {
    const range = this.part(loop.range);
    const [first = '', second] = loop.variables;
    const isMap = range.type?.kind === 'map' || range.type?.kind === 'object';
    const at = (below: string, size: number | undefined): Local => ({
      path: [...range.path, below],
      size,
      entry: undefined,
    });
    const item = isMap ? at('@values', range.entry) : at('@items', range.entry);
    const index = isMap ? at('@keys', undefined) : at('@indices', undefined);
    const bound: [string, Local][] =
      second === undefined
        ? [[first, isMap ? index : item]]
        : [
            [first, index],
            [second, item],
          ];
    for (const [name, local] of bound) this.#push(name, local);
    const condition = loop.condition === undefined ? undefined : this.part(loop.condition);
    const result = loop.result === undefined ? undefined : this.part(loop.result);
    for (const [name] of bound) this.#locals.get(name)?.pop();
    const { step, fixed, makes } = loopCosts(loop.loop, condition?.cost, result?.cost);
    const count = this.size(range);
    const cost = range.cost + fixed + (step === 0 ? 0 : count * step);
    if (!makes) return { cost, path: [], size: 1, type };
    const made =
      result === undefined
        ? this.size({ cost: 0, path: item.path, size: item.size, type: undefined })
        : this.size(result);
    return { cost, path: [], size: count, entry: made, type };
  }

  #push(name: string, local: Local): void {
    const stack = this.#locals.get(name);
    if (stack === undefined) this.#locals.set(name, [local]);
    else stack.push(local);
  }

  /** target.hasValue() ? optional.of(bind(variable, target.value(), body)) : optional.none() */
  #optMap(expression: Extract<Expression, { kind: 'optMap' }>, type: CelType | undefined): Part {
    const target = this.part(expression.target);
    this.#push(expression.variable, { path: [], size: undefined, entry: undefined });
    const body = this.part(expression.body);
    this.#locals.get(expression.variable)?.pop();
    const bound = LIST + 1 + target.cost + body.cost;
    return { cost: 1 + target.cost + Math.max(bound + (expression.isFlat ? 0 : 1), 1), path: [], type };
  }
}

/** Of one turn, and beside the turns: what the macros' expansions cost. */
function loopCosts(
  loop: Extract<Expression, { kind: 'loop' }>['loop'],
  condition: number | undefined,
  result: number | undefined,
): { readonly step: number; readonly fixed: number; readonly makes: boolean } {
  const filter = condition ?? 0;
  const made = result ?? 0;
  switch (loop) {
    case 'all':
      return { step: 3 + (condition ?? made), fixed: 1, makes: false };
    case 'exists':
      return { step: 4 + (condition ?? made), fixed: 1, makes: false };
    case 'existsOne':
      return { step: 2 + (condition ?? made), fixed: 2, makes: false };
    case 'filter':
      return { step: 13 + (condition ?? made), fixed: LIST + 1, makes: true };
    case 'map':
    case 'transformList':
      return { step: 12 + filter + made, fixed: LIST + 1, makes: true };
    case 'transformMap':
    case 'transformMapEntry':
      return { step: 3 + filter + made, fixed: MAP + 1, makes: true };
    case 'sortBy':
      return { step: 12 + made, fixed: LIST + 2, makes: true };
  }
}

function literalSize(value: CelValue): number {
  return sizeOf(value) ?? 1;
}

const scalarKinds = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);

function isScalar(type: CelType | undefined): boolean {
  if (type?.kind === 'optional') return isScalar(type.value);
  return type !== undefined && scalarKinds.has(type.kind);
}

function sum(parts: readonly Part[]): number {
  return parts.reduce((total, { cost }) => total + cost, 0);
}
