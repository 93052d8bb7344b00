/**
 * CEL as Kubernetes has it: compile an expression against the types of its variables, then evaluate it as often as needed
 * under a limit of cost. Import this module when the first expression comes: a server without any need not carry it.
 */
import type { Expression } from './ast.ts';
import { CelCompileError, CelCostError, CelError } from './cel-error.ts';
import { checkExpression } from './check.ts';
import { estimateCost, type SizedType } from './cost-estimate.ts';
import { Frame, planExpression } from './evaluate.ts';
import { FunctionTable } from './function-table.ts';
import { authorizerFunctions } from './functions/authorizer.ts';
import { conversions } from './functions/conversions.ts';
import { ipFunctions } from './functions/ip.ts';
import { kubernetesFunctions } from './functions/kubernetes.ts';
import { listFunctions } from './functions/lists.ts';
import { operators } from './functions/operators.ts';
import { patchFunctions, patchType } from './functions/patches.ts';
import { stringFunctions } from './functions/strings.ts';
import { timeFunctions } from './functions/time.ts';
import { parseExpression } from './parser.ts';
import { syntaxIssues } from './syntax-issues.ts';
import type { CelType } from './cel-type.ts';
import type { CelValue } from './values.ts';

export { celValueOf } from './json-values.ts';
export { CelOptional } from './values.ts';

export interface CelProgram {
  /** Of the result. */
  readonly type: CelType;
  /** The most that it can cost, with variables of such sizes. */
  estimate(root: SizedType): number;
  /** Names of the declared variables that the expression uses. */
  readonly variables: ReadonlySet<string>;
  /**
   * Values are asked for when they are used. `limit` is the most that the evaluation may cost.
   * @throws CelError where there is no value, CelCostError beyond the limit
   */
  evaluate(variables: CelVariables, limit: number): CelResult;
  /** The same for those who count what failed, too. */
  run(variables: CelVariables, limit: number): CelOutcome;
}

export type CelVariables = ReadonlyMap<string, () => CelValue | undefined>;

export interface CelResult {
  readonly value: CelValue;
  readonly cost: number;
}

/** A value, or why there is none. */
export type CelOutcome = CelResult | { readonly error: CelError | CelCostError; readonly cost: number };

/** Cost that one evaluation of one expression may have. */
export const PER_CALL_LIMIT = 1_000_000;
/** Cost that all expressions together may have for one object. */
export const RUNTIME_BUDGET = 10_000_000;

const typeNames =
  'bool int uint double string bytes list map null_type type optional_type google.protobuf.Timestamp google.protobuf.Duration net.IP net.CIDR'.split(
    ' ',
  );

const declarations = [
  ...operators,
  ...conversions,
  ...timeFunctions,
  ...stringFunctions,
  ...listFunctions,
  ...ipFunctions,
  ...kubernetesFunctions,
  ...authorizerFunctions,
];
const library = new FunctionTable(declarations, typeNames);
const mutationLibrary = new FunctionTable([...declarations, ...patchFunctions], typeNames, patchType);

/** @throws CelCompileError */
export function compileCel(source: string, variables: ReadonlyMap<string, CelType>): CelProgram {
  return compile(source, variables, library);
}

/** Of an expression that says how an object is changed: it may make objects and patches. @throws CelCompileError */
export function compileMutation(source: string, variables: ReadonlyMap<string, CelType>): CelProgram {
  return compile(source, variables, mutationLibrary);
}

function compile(source: string, variables: ReadonlyMap<string, CelType>, table: FunctionTable): CelProgram {
  const { expression, type, used } = checked(source, variables, table);
  const step = planExpression(expression, table);
  return {
    type,
    variables: used,
    estimate(root) {
      const types = new Map<Expression, CelType>();
      checkExpression(expression, variables, table, types);
      return estimateCost(expression, { root, typeOf: (part) => types.get(part) });
    },
    evaluate(values, limit) {
      const frame = new Frame(values, limit);
      const value = step(frame);
      return { value, cost: frame.cost };
    },
    run(values, limit) {
      const frame = new Frame(values, limit);
      try {
        return { value: step(frame), cost: frame.cost };
      } catch (error) {
        if (error instanceof CelError || error instanceof CelCostError) return { error, cost: frame.cost };
        throw error;
      }
    },
  };
}

interface CheckedExpression {
  readonly expression: Expression;
  readonly type: CelType;
  readonly used: ReadonlySet<string>;
}

function checked(source: string, variables: ReadonlyMap<string, CelType>, table: FunctionTable): CheckedExpression {
  const { expression, issues: found, refusal } = parseExpression(source);
  if (expression === undefined || found.length > 0) {
    const refusals = refusal === undefined ? [] : syntaxIssues(source);
    const told =
      refusals.length > 0 || refusal === undefined ? refusals : [{ at: refusal.at, message: refusal.message }];
    throw new CelCompileError(
      source,
      [...found, ...told].sort((a, b) => a.at - b.at),
    );
  }
  const { type, issues, variables: used } = checkExpression(expression, variables, table);
  if (issues.length > 0) throw new CelCompileError(source, issues);
  return { expression, type, used };
}
