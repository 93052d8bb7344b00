/** Declarations of CEL functions: their overloads with types, what they do, what they cost. */
import type { Expression } from './ast.ts';
import { CelError, IssueError } from './cel-error.ts';
import { type CelType, DYN, type ObjectType } from './cel-type.ts';
import { type CelValue, isOfType, runtimeType } from './values.ts';

export interface Overload {
  /** Called as `target.name(…)`; the target is the first argument. */
  readonly isMember: boolean;
  readonly args: readonly CelType[];
  readonly result: CelType;
  readonly run: (...args: CelValue[]) => CelValue;
  /** Beyond the 1 that every call costs. */
  readonly cost?: (args: readonly CelValue[], result: CelValue) => number;
}

export interface FunctionDeclaration {
  readonly name: string;
  readonly overloads: readonly Overload[];
  /** What is wrong with a literal argument, found before anything runs. */
  readonly literal?: { readonly argument: number; readonly check: (value: CelValue) => string | undefined };
}

export class FunctionTable {
  readonly #byName = new Map<string, FunctionDeclaration[]>();
  /** Names that stand for a type: "google.protobuf.Timestamp". */
  readonly #types: ReadonlySet<string>;

  /** Types that expressions make values of, as in `Name{field: value}`. */
  readonly message: (name: string) => ObjectType | undefined;

  constructor(
    declarations: readonly FunctionDeclaration[],
    types: readonly string[] = [],
    message: FunctionTable['message'] = () => undefined,
  ) {
    this.message = message;
    for (const declaration of declarations) {
      const known = this.#byName.get(declaration.name);
      if (known === undefined) this.#byName.set(declaration.name, [declaration]);
      else known.push(declaration);
    }
    this.#types = new Set(types);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** The type that a name stands for in expressions; undefined: none. */
  named(name: string): CelType | undefined {
    return this.#types.has(name) ? DYN : this.message(name);
  }

  get(name: string): readonly Overload[] {
    return (this.#byName.get(name) ?? []).flatMap(({ overloads }) => overloads);
  }

  /** @throws IssueError */
  validate(name: string, args: readonly Expression[]): void {
    for (const { literal } of this.#byName.get(name) ?? []) {
      const argument = literal === undefined ? undefined : args[literal.argument];
      if (literal === undefined || argument?.kind !== 'literal') continue;
      const problem = literal.check(argument.value);
      if (problem !== undefined) throw new IssueError(argument.at, problem);
    }
  }
}

/** Chooses by the values at hand. @throws CelError */
export function chooseOverload(name: string, overloads: readonly Overload[], args: readonly CelValue[]): Overload {
  for (const overload of overloads) {
    if (overload.args.length !== args.length) continue;
    if (overload.args.every((type, index) => isOfType(args[index] as CelValue, type))) return overload;
  }
  // Operators do not say what they were given.
  if (/\W|^_/.test(name)) throw new CelError('no such overload');
  const types = args.map(runtimeType).join(', ');
  throw new CelError(`no such overload: ${name}(${types})`);
}

type Run = Overload['run'];
type Cost = Overload['cost'];

/** `name(args): result` */
export function global(
  name: string,
  args: readonly CelType[],
  result: CelType,
  run: Run,
  cost?: Cost,
): FunctionDeclaration {
  return { name, overloads: [{ isMember: false, args, result, run, ...(cost === undefined ? {} : { cost }) }] };
}

/** `args[0].name(args[1] …): result` */
export function member(
  name: string,
  args: readonly CelType[],
  result: CelType,
  run: Run,
  cost?: Cost,
): FunctionDeclaration {
  return { name, overloads: [{ isMember: true, args, result, run, ...(cost === undefined ? {} : { cost }) }] };
}
