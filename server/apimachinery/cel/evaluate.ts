/** Runs an expression: each node becomes a function once, and is called as often as needed. */
import type { Element, Entry, Expression } from './ast.ts';
import { CelCostError, CelError } from './cel-error.ts';
import { qualifiedName } from './check.ts';
import { take } from './take.ts';
import { chooseOverload, type FunctionTable, type Overload } from './function-table.ts';
import {
  CelMap,
  CelMapValue,
  CelMessage,
  CelOptional,
  CelTypeValue,
  type CelValue,
  celCompare,
  isList,
  runtimeType,
} from './values.ts';

export class Frame {
  readonly #variables: ReadonlyMap<string, () => CelValue | undefined>;
  readonly #read = new Map<string, CelValue>();
  /** Values of loop variables, by their place. */
  readonly locals: CelValue[] = [];
  readonly #limit: number;
  cost = 0;

  constructor(variables: ReadonlyMap<string, () => CelValue | undefined>, limit: number) {
    this.#variables = variables;
    this.#limit = limit;
  }

  variable(name: string): CelValue {
    let value = this.#read.get(name);
    if (value === undefined) {
      value = this.#variables.get(name)?.();
      if (value === undefined) throw new CelError(`no such attribute(s): ${name}`);
      this.#read.set(name, value);
    }
    return value;
  }

  /** @throws CelCostError */
  spend(cost: number): void {
    this.cost += cost;
    if (this.cost > this.#limit) throw new CelCostError();
  }
}

export type Step = (frame: Frame) => CelValue;

const LIST_COST = 10;
const MAP_COST = 30;
const MESSAGE_COST = 40;

export function planExpression(expression: Expression, functions: FunctionTable): Step {
  return new Planner(functions).plan(expression);
}

class Planner {
  readonly #functions: FunctionTable;
  readonly #locals: string[] = [];

  constructor(functions: FunctionTable) {
    this.#functions = functions;
  }

  plan(expression: Expression): Step {
    switch (expression.kind) {
      case 'literal': {
        const { value } = expression;
        return () => value;
      }
      case 'name':
        return this.#name(expression.name);
      case 'select':
        return this.#select(expression);
      case 'has': {
        const operand = this.plan(expression.operand);
        const { field } = expression;
        return (frame) => {
          frame.spend(1);
          const value = operand(frame);
          const present = value instanceof CelOptional ? value.value : value;
          if (present === undefined) return false;
          if (!(present instanceof CelMap)) throw noSuchOverload('has', present);
          return present.find(field) !== undefined;
        };
      }
      case 'index':
        return this.#index(expression);
      case 'call':
        return this.#call(expression);
      case 'list':
        return this.#list(expression.elements);
      case 'map':
        return this.#map(expression.entries);
      case 'message':
        return this.#message(expression);
      case 'loop':
        return this.#loop(expression);
      case 'optMap':
        return this.#optMap(expression);
    }
  }

  #name(name: string): Step {
    const place = this.#locals.lastIndexOf(name);
    if (place >= 0) {
      return (frame) => {
        frame.spend(1);
        return frame.locals[place] as CelValue;
      };
    }
    if (this.#functions.named(name) !== undefined) {
      const type = new CelTypeValue(name);
      return () => type;
    }
    return (frame) => {
      frame.spend(1);
      return frame.variable(name);
    };
  }

  #select(expression: Extract<Expression, { kind: 'select' }>): Step {
    const whole = qualifiedName(expression);
    if (whole !== undefined && this.#functions.named(whole) !== undefined) {
      const type = new CelTypeValue(whole);
      return () => type;
    }
    const operand = this.plan(expression.operand);
    const { field, isOptional } = expression;
    return (frame) => {
      frame.spend(1);
      return take(operand(frame), field, isOptional);
    };
  }

  #index(expression: Extract<Expression, { kind: 'index' }>): Step {
    const operand = this.plan(expression.operand);
    const index = this.plan(expression.index);
    const { isOptional } = expression;
    return (frame) => {
      frame.spend(1);
      return take(operand(frame), index(frame), isOptional);
    };
  }

  #call({ name, target, args }: Extract<Expression, { kind: 'call' }>): Step {
    switch (name) {
      case '_&&_':
        return this.#logical(args, false);
      case '_||_':
        return this.#logical(args, true);
      case '_?_:_':
        return this.#conditional(args);
      default:
        break;
    }
    const namespaced = target === undefined ? undefined : qualifiedName(target);
    const isNamespaced = namespaced !== undefined && this.#functions.has(`${namespaced}.${name}`);
    const full = isNamespaced ? `${namespaced}.${name}` : name;
    const receiver = target === undefined || isNamespaced ? undefined : target;
    const overloads = this.#functions.get(full).filter(({ isMember }) => isMember === (receiver !== undefined));
    const steps = (receiver === undefined ? args : [receiver, ...args]).map((arg) => this.plan(arg));
    return (frame) => {
      const values = steps.map((step) => step(frame));
      const overload: Overload = chooseOverload(full, overloads, values);
      const result = overload.run(...values);
      frame.spend(1 + (overload.cost === undefined ? 0 : Math.ceil(overload.cost(values, result))));
      return result;
    };
  }

  /** The side that decides makes up for an error of the other. */
  #logical(args: readonly Expression[], decisive: boolean): Step {
    const [left, right] = args.map((arg) => this.plan(arg)) as [Step, Step];
    const name = decisive ? '_||_' : '_&&_';
    return (frame) => {
      let failure: CelError | undefined;
      try {
        const first = left(frame);
        if (first === decisive) return decisive;
        if (typeof first !== 'boolean') failure = noSuchOverload(name, first);
      } catch (error) {
        if (!(error instanceof CelError)) throw error;
        failure = error;
      }
      const second = right(frame);
      frame.spend(1);
      if (second === decisive) return decisive;
      if (failure !== undefined) throw failure;
      if (typeof second !== 'boolean') throw noSuchOverload(name, second);
      return second;
    };
  }

  #conditional(args: readonly Expression[]): Step {
    const [condition, yes, no] = args.map((arg) => this.plan(arg)) as [Step, Step, Step];
    return (frame) => {
      const value = condition(frame);
      frame.spend(1);
      if (typeof value !== 'boolean') throw noSuchOverload('_?_:_', value);
      return value ? yes(frame) : no(frame);
    };
  }

  #list(elements: readonly Element[]): Step {
    const steps = elements.map(({ value, isOptional }) => ({ step: this.plan(value), isOptional }));
    return (frame) => {
      frame.spend(LIST_COST);
      const list: CelValue[] = [];
      for (const { step, isOptional } of steps) {
        const value = step(frame);
        if (!isOptional) list.push(value);
        else if (value instanceof CelOptional && value.value !== undefined) list.push(value.value);
      }
      return list;
    };
  }

  #map(entries: readonly Entry[]): Step {
    const steps = entries.map(({ key, value, isOptional }) => ({
      key: this.plan(key),
      value: this.plan(value),
      isOptional,
    }));
    return (frame) => {
      frame.spend(MAP_COST);
      const made: Array<readonly [CelValue, CelValue]> = [];
      for (const { key, value, isOptional } of steps) {
        const [k, v] = [key(frame), value(frame)];
        if (!isOptional) made.push([k, v]);
        else if (v instanceof CelOptional && v.value !== undefined) made.push([k, v.value]);
      }
      return new CelMapValue(made);
    };
  }

  #message({ name, fields }: Extract<Expression, { kind: 'message' }>): Step {
    const steps = fields.map(({ name: field, value, isOptional }) => ({ field, step: this.plan(value), isOptional }));
    return (frame) => {
      frame.spend(MESSAGE_COST);
      const made = new Map<string, CelValue>();
      for (const { field, step, isOptional } of steps) {
        const value = step(frame);
        if (!isOptional) made.set(field, value);
        else if (value instanceof CelOptional && value.value !== undefined) made.set(field, value.value);
      }
      return new CelMessage(name, made);
    };
  }

  #loop({ loop, range, variables, condition, result }: Extract<Expression, { kind: 'loop' }>): Step {
    const over = this.plan(range);
    const [test, make] = this.#within(variables, () => [
      condition === undefined ? undefined : this.plan(condition),
      result === undefined ? undefined : this.plan(result),
    ]);
    const isTwo = variables.length === 2;
    const run = { test, make, isTwo };
    switch (loop) {
      case 'all':
        return (frame) => quantify(frame, over(frame), run, false);
      case 'exists':
        return (frame) => quantify(frame, over(frame), run, true);
      case 'existsOne':
        return (frame) => passing(frame, over(frame), run).length === 1;
      case 'filter':
        return (frame) => passing(frame, over(frame), run).map(({ item, key, isMap }) => (isMap ? key : item));
      case 'sortBy':
        return (frame) =>
          passing(frame, over(frame), run)
            .toSorted((a, b) => celCompare(a.made as CelValue, b.made as CelValue) ?? 0)
            .map(({ item }) => item);
      case 'map':
      case 'transformList':
        return (frame) => passing(frame, over(frame), run).map(({ made }) => made as CelValue);
      case 'transformMap':
        return (frame) =>
          new CelMapValue(passing(frame, over(frame), run).map(({ key, made }) => [key, made as CelValue] as const));
      case 'transformMapEntry':
        return (frame) =>
          new CelMapValue(
            passing(frame, over(frame), run).flatMap(({ made }) => {
              if (!(made instanceof CelMap)) throw noSuchOverload(loop, made ?? null);
              return made.keys().map((key) => [key, made.find(key) as CelValue] as const);
            }),
          );
    }
  }

  #optMap({ target, variable, body, isFlat }: Extract<Expression, { kind: 'optMap' }>): Step {
    const optional = this.plan(target);
    const inner = this.#within([variable], () => this.plan(body));
    return (frame) => {
      frame.spend(1);
      const value = optional(frame);
      if (!(value instanceof CelOptional)) throw noSuchOverload(isFlat ? 'optFlatMap' : 'optMap', value);
      if (value.value === undefined) return value;
      const made = withLocals(frame, [value.value], inner);
      return isFlat ? made : new CelOptional(made);
    };
  }

  #within<T>(variables: readonly string[], plan: () => T): T {
    this.#locals.push(...variables);
    const planned = plan();
    this.#locals.length -= variables.length;
    return planned;
  }
}

interface LoopSteps {
  readonly test: Step | undefined;
  readonly make: Step | undefined;
  readonly isTwo: boolean;
}

interface Passed {
  readonly key: CelValue;
  readonly item: CelValue;
  readonly isMap: boolean;
  readonly made: CelValue | undefined;
}

function withLocals(frame: Frame, values: readonly CelValue[], run: Step): CelValue {
  const { length } = frame.locals;
  frame.locals.push(...values);
  try {
    return run(frame);
  } finally {
    frame.locals.length = length;
  }
}

function* pairsOf(range: CelValue): Generator<readonly [key: CelValue, item: CelValue, isMap: boolean]> {
  if (isList(range)) for (const [index, item] of range.entries()) yield [BigInt(index), item, false];
  else if (range instanceof CelMap) for (const key of range.keys()) yield [key, range.find(key) ?? null, true];
  else throw new CelError(`no such overload: ${runtimeType(range)} is no range`);
}

function localsOf(key: CelValue, item: CelValue, isMap: boolean, isTwo: boolean): readonly CelValue[] {
  return isTwo ? [key, item] : [isMap ? key : item];
}

/** all() and exists(): an element that decides makes up for errors of others. */
function quantify(frame: Frame, range: CelValue, { test, isTwo }: LoopSteps, decisive: boolean): boolean {
  let failure: CelError | undefined;
  for (const [key, item, isMap] of pairsOf(range)) {
    frame.spend(1);
    try {
      const value = withLocals(frame, localsOf(key, item, isMap, isTwo), test as Step);
      if (value === decisive) return decisive;
      if (typeof value !== 'boolean') failure ??= noSuchOverload(decisive ? '_||_' : '_&&_', value);
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return !decisive;
}

function passing(frame: Frame, range: CelValue, { test, make, isTwo }: LoopSteps): Passed[] {
  const passed: Passed[] = [];
  for (const [key, item, isMap] of pairsOf(range)) {
    frame.spend(1);
    const locals = localsOf(key, item, isMap, isTwo);
    if (test !== undefined) {
      const value = withLocals(frame, locals, test);
      if (typeof value !== 'boolean') throw noSuchOverload('_?_:_', value);
      if (!value) continue;
    }
    passed.push({ key, item, isMap, made: make === undefined ? undefined : withLocals(frame, locals, make) });
  }
  return passed;
}

function noSuchOverload(_name: string, _value: CelValue): CelError {
  return new CelError('no such overload');
}
