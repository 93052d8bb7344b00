/** What the rules of a definition may cost at most, each and together, before they have run. */
import { fixedText } from '../../apimachinery/fixed-text.ts';
import { type FieldError, forbidden } from '../../apimachinery/errors/field-error.ts';

const RULE_LIMIT = 10_000_000;
const SCHEMA_LIMIT = 100_000_000;
/** Rules that are named where all together cost too much. */
const NAMED_RULES = 4;

export class RuleBudget {
  readonly #isForAll: boolean;
  #total = 0;
  #dearest: { readonly path: string; readonly cost: number }[] = [];

  /** @param isForAll only what all rules cost together counts */
  constructor(isForAll: boolean) {
    this.#isForAll = isForAll;
  }

  spend(path: string, cost: number, errors: FieldError[]): void {
    const isMessage = path.endsWith('.messageExpression');
    const name = isMessage ? 'estimated messageExpression cost' : 'estimated rule cost';
    if (cost > RULE_LIMIT && !this.#isForAll) errors.push(forbidden(path, excess(name, cost / RULE_LIMIT)));
    this.#total += cost;
    if (cost < SCHEMA_LIMIT / 100) return;
    this.#dearest = [...this.#dearest, { path, cost }].toSorted((a, b) => b.cost - a.cost).slice(0, NAMED_RULES);
  }

  /** @param path of the schema */
  errors(path: string): FieldError[] {
    if (this.#total <= SCHEMA_LIMIT) return [];
    const why = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
    const name = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
    return [
      ...this.#dearest.map((rule) => forbidden(rule.path, why)),
      forbidden(path, excess(name, this.#total / SCHEMA_LIMIT)),
    ];
  }
}

function excess(name: string, factor: number): string {
  // Not "1.0x" for what is only a little too much.
  const shown = factor > 100 ? 'more than 100x' : `${fixedText(factor, factor < 1.5 ? 6 : 1)}x`;
  const remedy =
    'try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared';
  return `${name} exceeds budget by factor of ${shown} (${remedy})`;
}
