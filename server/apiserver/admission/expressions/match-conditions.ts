/** Match conditions: expressions that all have to hold for a webhook or policy to be asked. */
import { joinErrors } from '../../../apimachinery/errors/aggregate.ts';
import { asObjects, asText } from '../../../apimachinery/json-access.ts';
import type { JsonValue } from '../../../apimachinery/json.ts';
import type { ExpressionScope } from '../../../apis/admissionregistration/expressions.ts';
import { Activation, type ActivationParts } from './activation.ts';
import { Budget, type Evaluation, evaluate, Expression, MATCH_CONDITION_BUDGET, OutOfBudget } from './expression.ts';

export interface MatchResult {
  readonly matches: boolean;
  /** Set where that is not known, and the failure policy is to fail. */
  readonly error?: string;
  /** Conditions that could not be evaluated. */
  readonly failures: number;
}

export class MatchConditions {
  readonly #expressions: readonly Expression[];
  readonly #ignoresFailure: boolean;

  constructor(conditions: JsonValue | undefined, failurePolicy: string, scope: () => ExpressionScope) {
    this.#expressions = asObjects(conditions).map(({ expression }) => new Expression(asText(expression), scope));
    this.#ignoresFailure = failurePolicy === 'Ignore';
  }

  get isEmpty(): boolean {
    return this.#expressions.length === 0;
  }

  /** One that is false decides, whatever the others do. */
  match(parts: ActivationParts): MatchResult {
    const activation = new Activation(parts);
    const budget = new Budget(MATCH_CONDITION_BUDGET);
    let evaluations: Evaluation[];
    try {
      evaluations = this.#expressions.map((expression) => evaluate(expression, activation, budget));
    } catch (error) {
      if (error instanceof OutOfBudget) return this.#failed([error.message], 0);
      throw error;
    }
    const errors: string[] = [];
    for (const evaluation of evaluations) {
      if ('error' in evaluation) errors.push(evaluation.error);
      else if (evaluation.value === false) return { matches: false, failures: errors.length };
    }
    return errors.length === 0 ? { matches: true, failures: 0 } : this.#failed(errors, errors.length);
  }

  #failed(errors: readonly string[], failures: number): MatchResult {
    return this.#ignoresFailure
      ? { matches: false, failures }
      : { matches: false, error: joinErrors(errors), failures };
  }
}
