/** Checks the types of an expression, in cel-go's words, and says what type it has. */
import type { Expression } from './ast.ts';
import { type Issue, IssueError } from './cel-error.ts';
import { formatIssues } from './format-check.ts';
import type { FunctionTable, Overload } from './function-table.ts';
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DYN,
  INT,
  instantiate,
  isAssignable,
  listOf,
  mapOf,
  newUnknown,
  NULL,
  optionalOf,
  resolve,
  STRING,
  type Substitution,
  typeName,
  UINT,
  withoutUnknowns,
} from './cel-type.ts';
import { CelUint, type CelValue } from './values.ts';

export interface Checked {
  readonly type: CelType;
  readonly issues: readonly Issue[];
  /** Of the variables that were declared, those that the expression uses. */
  readonly variables: ReadonlySet<string>;
}

const typeNames = 'bool int uint double string bytes list map null_type type optional_type'.split(' ');

export function checkExpression(
  expression: Expression,
  variables: ReadonlyMap<string, CelType>,
  functions: FunctionTable,
  types?: Map<Expression, CelType>,
): Checked {
  const checker = new Checker(variables, functions, types ?? new Map<Expression, CelType>());
  const type = checker.check(expression);
  if (checker.issues.length === 0) checker.checkFormats();
  // In the order of the text, whatever the order in which types follow from each other.
  const issues = checker.issues.toSorted((a, b) => a.at - b.at);
  return { type: checker.known(type), issues, variables: checker.used };
}

class Checker {
  readonly issues: Issue[] = [];
  readonly used = new Set<string>();
  readonly #declared: ReadonlyMap<string, CelType>;
  readonly #functions: FunctionTable;
  readonly #types: Map<Expression, CelType>;
  readonly #formats: Expression[] = [];
  #mixes = false;
  readonly #substitution: Substitution = new Map();
  /** Variables of loops, innermost last. */
  readonly #local: Array<readonly [string, CelType]> = [];

  /** @param types filled with the types of all parts */
  constructor(declared: ReadonlyMap<string, CelType>, functions: FunctionTable, types: Map<Expression, CelType>) {
    this.#types = types;
    this.#declared = declared;
    this.#functions = functions;
  }

  /** Once all types are known. */
  checkFormats(): void {
    const typeOf = (part: Expression): CelType => this.known(this.#types.get(part) ?? DYN);
    for (const call of this.#formats) this.issues.push(...formatIssues(call, typeOf));
  }

  known(type: CelType): CelType {
    return withoutUnknowns(resolve(type, this.#substitution));
  }

  check(expression: Expression): CelType {
    try {
      const type = this.#check(expression);
      this.#types.set(expression, type);
      return type;
    } catch (error) {
      if (!(error instanceof IssueError)) throw error;
      this.issues.push({ at: error.at, message: error.message });
      // What is wrong is dyn from here on, so that one mistake is one issue.
      return DYN;
    }
  }

  #check(expression: Expression): CelType {
    switch (expression.kind) {
      case 'literal':
        return literalType(expression.value);
      case 'name':
        return this.#name(expression);
      case 'select':
        return this.#select(expression);
      case 'has': {
        this.#fieldOf(this.check(expression.operand), expression.field, expression.at);
        return BOOL;
      }
      case 'index':
        return this.#index(expression);
      case 'call':
        return this.#call(expression);
      case 'list':
        return listOf(this.#joined(expression.elements.map(({ value, isOptional }) => ({ value, isOptional }))));
      case 'map': {
        const key = this.#joined(expression.entries.map((entry) => ({ value: entry.key, isOptional: false })));
        const value = this.#joined(expression.entries);
        return mapOf(key, value);
      }
      case 'message':
        return this.#message(expression);
      case 'loop':
        return this.#loop(expression);
      case 'optMap':
        return this.#optMap(expression);
    }
  }

  #message({ name, fields, at }: Extract<Expression, { kind: 'message' }>): CelType {
    const type = this.#functions.message(name);
    if (type === undefined) throw new IssueError(at, `undeclared reference to '${name}' (in container '')`);
    for (const { name: field, value, isOptional, at: fieldAt } of fields) {
      const checked = this.known(this.check(value));
      const given = isOptional && checked.kind === 'optional' ? checked.value : checked;
      const wanted = type.field(field)?.type;
      if (wanted !== undefined && isAssignable(wanted, given, this.#substitution)) continue;
      const shown = wanted === undefined ? '' : typeName(wanted);
      const message = `expected type of field '${field}' is '${shown}' but provided type is '${this.#shown(given)}'`;
      this.issues.push({ at: fieldAt, message });
    }
    return type;
  }

  #name({ name, isAbsolute, at }: Extract<Expression, { kind: 'name' }>): CelType {
    for (let index = this.#local.length - 1; index >= 0; index--) {
      const [local, type] = this.#local[index] as readonly [string, CelType];
      if (local === name) return type;
    }
    const declared = this.#declared.get(name);
    if (declared !== undefined) {
      this.used.add(name);
      return declared;
    }
    if (typeNames.includes(name)) return { kind: 'type', of: DYN };
    const named = this.#functions.named(name);
    if (named !== undefined) return { kind: 'type', of: named };
    const shown = isAbsolute === true ? `.${name}` : name;
    throw new IssueError(at, `undeclared reference to '${shown}' (in container '')`);
  }

  #select(expression: Extract<Expression, { kind: 'select' }>): CelType {
    const whole = qualifiedName(expression);
    const named = whole === undefined ? undefined : this.#functions.named(whole);
    if (named !== undefined) return { kind: 'type', of: named };
    const operand = this.check(expression.operand);
    const isOptional = expression.isOptional || this.known(operand).kind === 'optional';
    const field = this.#fieldOf(operand, expression.field, expression.at) ?? DYN;
    return isOptional ? optionalOf(field) : field;
  }

  #fieldOf(operand: CelType, field: string, at: number): CelType | undefined {
    const type = this.known(operand);
    switch (type.kind) {
      case 'dyn':
        return DYN;
      case 'map':
        return type.value;
      case 'optional':
        return this.#fieldOf(type.value, field, at);
      case 'object': {
        const found = type.field(field);
        if (found === undefined) throw new IssueError(at, `undefined field '${field}'`);
        return found.type;
      }
      default:
        throw new IssueError(at, `type '${typeName(type)}' does not support field selection`);
    }
  }

  #index({ operand, index, isOptional, at }: Extract<Expression, { kind: 'index' }>): CelType {
    const given = this.known(this.check(operand));
    const key = this.check(index);
    const isChained = given.kind === 'optional';
    const type = given.kind === 'optional' ? this.known(given.value) : given;
    const refuse = (): never => {
      throw new IssueError(
        at,
        `found no matching overload for '_[_]' applied to '(${this.#shown(given)}, ${this.#shown(key)})'`,
      );
    };
    let element: CelType = DYN;
    if (type.kind === 'list') {
      if (!this.#fits(INT, key)) refuse();
      element = type.element;
    } else if (type.kind === 'map') {
      if (!this.#fits(type.key, key)) refuse();
      element = type.value;
    } else if (type.kind !== 'dyn') refuse();
    return isOptional || isChained ? optionalOf(element) : element;
  }

  #call(expression: Extract<Expression, { kind: 'call' }>): CelType {
    const { name, target, args, at } = expression;
    if (name === '_&&_' || name === '_||_') {
      for (const arg of args) this.#expect(BOOL, arg);
      return BOOL;
    }
    const namespaced = target === undefined ? undefined : qualifiedName(target);
    const isNamespaced = namespaced !== undefined && this.#functions.has(`${namespaced}.${name}`);
    const full = isNamespaced ? `${namespaced}.${name}` : name;
    const receiver = target === undefined || isNamespaced ? undefined : target;
    const all = this.#functions.get(full);
    const receiverType = receiver === undefined ? undefined : this.check(receiver);
    if (all.length === 0) {
      this.issues.push({ at, message: `undeclared reference to '${full}' (in container '')` });
      for (const arg of args) this.check(arg);
      return DYN;
    }
    const given = args.map((arg) => (name === 'format' ? this.#formatArgument(arg) : this.check(arg)));
    const overloads = all.filter((overload) => overload.isMember === (receiver !== undefined));
    const types = receiverType === undefined ? given : [receiverType, ...given];
    const result = this.#resolveOverload(overloads, types);
    if (result !== undefined) {
      this.#functions.validate(full, args);
      if (full === 'format') this.#formats.push(expression);
      return result;
    }
    const shown = given.map((type) => this.#shown(type)).join(', ');
    const applied = receiverType === undefined ? `(${shown})` : `${this.#shown(receiverType)}.(${shown})`;
    throw new IssueError(at, `found no matching overload for '${full}' applied to '${applied}'`);
  }

  /** Lists and maps in it may hold values of all types. */
  #formatArgument(expression: Expression): CelType {
    const before = this.#mixes;
    this.#mixes = true;
    const type = this.check(expression);
    this.#mixes = before;
    return type;
  }

  /** The common result of all overloads that fit, or dyn. */
  #resolveOverload(overloads: readonly Overload[], given: readonly CelType[]): CelType | undefined {
    let result: CelType | undefined;
    for (const overload of overloads) {
      if (overload.args.length !== given.length) continue;
      const renamed = new Map<string, CelType>();
      const fresh = (type: CelType): CelType => instantiate(type, renamed);
      const before = new Map(this.#substitution);
      const fits = overload.args.every((wanted, index) => this.#fits(fresh(wanted), given[index] ?? DYN));
      if (!fits) {
        this.#restore(before);
        continue;
      }
      const type = this.known(fresh(overload.result));
      if (result === undefined) result = resolve(fresh(overload.result), this.#substitution);
      else if (typeName(this.known(result)) !== typeName(type)) result = DYN;
    }
    return result;
  }

  #restore(before: Substitution): void {
    this.#substitution.clear();
    for (const [name, type] of before) this.#substitution.set(name, type);
  }

  #fits(wanted: CelType, given: CelType): boolean {
    return isAssignable(wanted, given, this.#substitution);
  }

  #expect(wanted: CelType, expression: Expression): void {
    const given = this.check(expression);
    if (this.#fits(wanted, given)) return;
    const message = `expected type '${typeName(wanted)}' but found '${this.#shown(given)}'`;
    this.issues.push({ at: expression.at, message });
  }

  #joined(parts: ReadonlyArray<{ readonly value: Expression; readonly isOptional: boolean }>): CelType {
    let joined: CelType | undefined;
    for (const { value, isOptional } of parts) {
      // What is not known yet may be learnt from the parts that follow.
      const given = resolve(this.check(value), this.#substitution);
      const type = isOptional && given.kind === 'optional' ? given.value : given;
      if (joined === undefined) joined = type;
      // Kubernetes wants literals of one type: what only fits is another.
      else if (!this.#fits(joined, type) || typeName(this.known(joined)) !== typeName(this.known(type))) {
        const message = `expected type '${this.#shown(joined)}' but found '${this.#shown(type)}'`;
        if (this.#mixes) joined = DYN;
        else this.issues.push({ at: value.at, message });
      }
    }
    return joined ?? newUnknown();
  }

  #loop({ loop, range, variables, condition, result }: Extract<Expression, { kind: 'loop' }>): CelType {
    const type = this.known(this.check(range));
    const [index, item] = this.#rangeOf(type, range.at);
    const [first = '', second] = variables;
    const isOverKeys = type.kind === 'map' || type.kind === 'object';
    const bound: Array<readonly [string, CelType]> =
      second === undefined
        ? [[first, isOverKeys ? index : item]]
        : [
            [first, index],
            [second, item],
          ];
    return this.#within(bound, () => {
      if (condition !== undefined) this.#expect(BOOL, condition);
      const made = result === undefined ? undefined : this.check(result);
      switch (loop) {
        case 'filter':
        case 'sortBy':
          return listOf(bound[0]?.[1] ?? DYN);
        case 'map':
        case 'transformList':
          return listOf(made ?? DYN);
        case 'transformMap':
          return mapOf(index, made ?? DYN);
        case 'transformMapEntry':
          return made ?? DYN;
        default:
          return BOOL;
      }
    });
  }

  /** Types of index or key, and of element or value. */
  #rangeOf(type: CelType, at: number): readonly [CelType, CelType] {
    switch (type.kind) {
      case 'list':
        return [INT, type.element];
      case 'map':
        return [type.key, type.value];
      case 'dyn':
        return [DYN, DYN];
      default: {
        const message = `expression of type '${typeName(type)}' cannot be range of a comprehension (must be list, map, or dynamic)`;
        // What is done with the items is checked all the same.
        this.issues.push({ at, message });
        return [DYN, DYN];
      }
    }
  }

  #optMap({ target, variable, body, isFlat, at }: Extract<Expression, { kind: 'optMap' }>): CelType {
    const type = this.known(this.check(target));
    if (type.kind !== 'optional' && type.kind !== 'dyn') {
      const shown = this.#shown(type);
      throw new IssueError(at, `found no matching overload for 'hasValue' applied to '${shown}.()'`);
    }
    const value = type.kind === 'optional' ? type.value : DYN;
    const made = this.#within([[variable, value]], () => this.check(body));
    return isFlat ? made : optionalOf(made);
  }

  #within<T>(variables: ReadonlyArray<readonly [string, CelType]>, check: () => T): T {
    this.#local.push(...variables);
    try {
      return check();
    } finally {
      this.#local.length -= variables.length;
    }
  }

  #shown(type: CelType): string {
    const known = this.known(type);
    return known.kind === 'null' ? 'null' : typeName(known);
  }
}

function literalType(value: CelValue): CelType {
  if (value === null) return NULL;
  switch (typeof value) {
    case 'bigint':
      return INT;
    case 'number':
      return DOUBLE;
    case 'string':
      return STRING;
    case 'boolean':
      return BOOL;
    default:
      return value instanceof CelUint ? UINT : BYTES;
  }
}

/** `a.b.c` where that is all that the expression says. */
export function qualifiedName(expression: Expression): string | undefined {
  if (expression.kind === 'name') return expression.name;
  if (expression.kind !== 'select' || expression.isOptional) return undefined;
  const before = qualifiedName(expression.operand);
  return before === undefined ? undefined : `${before}.${expression.field}`;
}
