/** Calls that are no functions: has(), loops over lists and maps, optMap(). */
import type { Expression, LoopKind } from './ast.ts';
import { IssueError } from './cel-error.ts';

type Arguments = readonly Expression[];

/** Undefined: it is a function's call. @throws IssueError */
export function expandMacro(
  name: string,
  target: Expression | undefined,
  args: Arguments,
  at: number,
): Expression | undefined {
  if (target === undefined) return name === 'has' && args.length === 1 ? expandHas(args, at) : undefined;
  if ((name === 'optMap' || name === 'optFlatMap') && args.length === 2) {
    const [variable, body] = args as [Expression, Expression];
    const problem = `${name}() variable name must be a simple identifier`;
    return { kind: 'optMap', target, variable: variableOf(variable, problem), body, isFlat: name === 'optFlatMap', at };
  }
  return expandLoop(name, target, args, at);
}

function expandHas([operand]: Arguments, at: number): Expression {
  if (operand?.kind === 'select' && !operand.isOptional) {
    return { kind: 'has', operand: operand.operand, field: operand.field, at };
  }
  throw new IssueError(operand?.at ?? at, 'invalid argument to has() macro');
}

interface Shape {
  readonly loop: LoopKind;
  /** Names of variables first. */
  readonly variables: 1 | 2;
  readonly parts: readonly ('condition' | 'result')[];
  /** Of a variable that is no name, where it is said in other words. */
  readonly problem?: string;
}

/** What loops of cel-go gather their result in. */
const ACCUMULATOR = '__result__';
const NO_IDENTIFIER = 'argument is not an identifier';

const loops: Readonly<Record<string, readonly Shape[]>> = {
  all: [
    { loop: 'all', variables: 1, parts: ['condition'] },
    { loop: 'all', variables: 2, parts: ['condition'] },
  ],
  exists: [
    { loop: 'exists', variables: 1, parts: ['condition'] },
    { loop: 'exists', variables: 2, parts: ['condition'] },
  ],
  exists_one: [{ loop: 'existsOne', variables: 1, parts: ['condition'] }],
  existsOne: [
    { loop: 'existsOne', variables: 1, parts: ['condition'] },
    { loop: 'existsOne', variables: 2, parts: ['condition'] },
  ],
  map: [
    { loop: 'map', variables: 1, parts: ['result'], problem: NO_IDENTIFIER },
    { loop: 'map', variables: 1, parts: ['condition', 'result'], problem: NO_IDENTIFIER },
  ],
  filter: [{ loop: 'filter', variables: 1, parts: ['condition'], problem: NO_IDENTIFIER }],
  sortBy: [{ loop: 'sortBy', variables: 1, parts: ['result'], problem: NO_IDENTIFIER }],
  transformList: [
    { loop: 'transformList', variables: 2, parts: ['result'] },
    { loop: 'transformList', variables: 2, parts: ['condition', 'result'] },
  ],
  transformMap: [
    { loop: 'transformMap', variables: 2, parts: ['result'] },
    { loop: 'transformMap', variables: 2, parts: ['condition', 'result'] },
  ],
  transformMapEntry: [
    { loop: 'transformMapEntry', variables: 2, parts: ['result'] },
    { loop: 'transformMapEntry', variables: 2, parts: ['condition', 'result'] },
  ],
};

function expandLoop(name: string, range: Expression, args: Arguments, at: number): Expression | undefined {
  const shapes = Object.hasOwn(loops, name) ? (loops[name] ?? []) : [];
  const shape = shapes.find(({ variables, parts }) => variables + parts.length === args.length);
  if (shape === undefined) return undefined;
  const variables = args
    .slice(0, shape.variables)
    .map((variable) => variableOf(variable, shape.problem ?? 'argument must be a simple name'));
  const [first, second] = variables;
  if (first === second) throw new IssueError(args[1]?.at ?? at, `duplicate variable name: ${first}`);
  const rest = args.slice(shape.variables);
  return {
    kind: 'loop',
    loop: shape.loop,
    range,
    variables,
    condition: rest[shape.parts.indexOf('condition')],
    result: rest[shape.parts.indexOf('result')],
    at,
  };
}

function variableOf(expression: Expression, problem: string): string {
  if (expression.kind === 'name' && expression.name === ACCUMULATOR) {
    throw new IssueError(expression.at, 'iteration variable overwrites accumulator variable');
  }
  if (expression.kind === 'name') return expression.name;
  throw new IssueError(expression.at, problem);
}
