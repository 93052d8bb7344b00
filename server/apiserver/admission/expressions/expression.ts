/** One expression of a webhook or policy, compiled when it is first needed, and its evaluation within a budget. */
import { CelCompileError } from '../../../apimachinery/cel/cel-error.ts';
import type { CelProgram, CelVariables } from '../../../apimachinery/cel/cel.ts';
import type { CelValue } from '../../../apimachinery/cel/values.ts';
import { compileExpression, type ExpressionScope } from '../../../apis/admissionregistration/expressions.ts';

/** Cost that one evaluation may have. */
export const EXPRESSION_LIMIT = 1_000_000;
/** Cost of all match conditions of a webhook, or of a policy. */
export const MATCH_CONDITION_BUDGET = 2_500_000;

const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** Ends what is evaluated together. */
export class OutOfBudget extends Error {
  override name = 'OutOfBudget';
  constructor() {
    super(OUT_OF_BUDGET);
  }
}

export class Expression {
  readonly source: string;
  readonly #scope: () => ExpressionScope;
  #program: CelProgram | string | undefined;

  /** @param scope asked once, when the expression is compiled */
  constructor(source: string, scope: () => ExpressionScope) {
    this.source = source;
    this.#scope = scope;
  }

  /** A text: why it does not compile, which only what was stored by another version can do. */
  program(): CelProgram | string {
    if (this.#program === undefined) {
      try {
        this.#program = compileExpression(this.source, this.#scope());
      } catch (error) {
        if (!(error instanceof CelCompileError)) throw error;
        this.#program = `compilation failed: ${error.message}`;
      }
    }
    return this.#program;
  }
}

export type Evaluation = { readonly value: CelValue } | { readonly error: string };

export class Budget {
  #left: number;

  constructor(cost: number) {
    this.#left = cost;
  }

  get left(): number {
    return this.#left;
  }

  /** @throws OutOfBudget */
  spend(cost: number): void {
    if (cost > this.#left) throw new OutOfBudget();
    this.#left -= cost;
  }
}

/** What an expression sees. */
export interface Bindings {
  readonly values: CelVariables;
  /** What variables have cost since this was last asked: each is evaluated once, where it is first used. */
  takeVariableCost(): number;
}

/** @throws OutOfBudget */
export function evaluate(expression: Expression, bindings: Bindings, budget: Budget): Evaluation {
  const program = expression.program();
  if (typeof program === 'string') return { error: `compilation error: ${program}` };
  const outcome = program.run(bindings.values, EXPRESSION_LIMIT);
  budget.spend(bindings.takeVariableCost());
  budget.spend(outcome.cost);
  if ('value' in outcome) return { value: outcome.value };
  return { error: `expression '${expression.source}' resulted in error: ${outcome.error.message}` };
}
