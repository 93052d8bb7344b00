/** The CEL rules of a schema, compiled against its types when a definition is written. */
import { type FieldError, internalError, invalid } from '../../apimachinery/errors/field-error.ts';
import type { CelProgram } from '../../apimachinery/cel/cel.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import {
  type BrokenRule,
  type CompiledRule,
  compileRules,
  isBroken,
} from '../../apimachinery/structural-schema/compile-rules.ts';
import { MAX_REQUEST, measuredType } from '../../apimachinery/structural-schema/sized-types.ts';
import type { CelRule, Structural } from '../../apimachinery/structural-schema/structural.ts';
import { RuleBudget } from './rule-budget.ts';

export interface RuleParts {
  /** Of the schema. */
  readonly path: string;
  /** What else is wrong with the schema; rules are looked at where nothing is, neither here nor below. */
  readonly others: readonly FieldError[];
  /** An update leaves the schema as it is: an estimate that has changed since refuses no rule by itself. */
  readonly isKept: boolean;
}

export function ruleCompileErrors(structural: Structural, { path, others, isKept }: RuleParts): FieldError[] {
  const errors: FieldError[] = [];
  if (!structural.reaches.validations) return errors;
  const budget = new RuleBudget(isKept);
  const wrong = others.map(({ field }) => field);
  visit(structural, { path, isRoot: true, uncorrelated: undefined, wrong, copies: 1, budget }, errors);
  return [...errors, ...budget.errors(path)];
}

interface Place {
  readonly path: string;
  readonly isRoot: boolean;
  /** The list within which old and new values do not correspond. */
  readonly uncorrelated: string | undefined;
  /** Paths at which something else is wrong. */
  readonly wrong: readonly string[];
  /** How many values of the schema an object may have; undefined: no bound is given. */
  readonly copies: number | undefined;
  readonly budget: RuleBudget;
}

/** What lies inside comes first. */
function visit(schema: Structural, place: Place, errors: FieldError[]): void {
  const { path } = place;
  const inner = { ...place, isRoot: false, copies: copiesWithin(schema, place.copies) };
  const { additional, items } = schema;
  if (typeof additional === 'object') visit(additional, { ...inner, path: `${path}.additionalProperties` }, errors);
  for (const [name, property] of schema.properties) {
    visit(property, { ...inner, path: `${path}.properties[${name}]` }, errors);
  }
  if (items !== undefined) {
    const uncorrelated = schema.listType === 'map' ? place.uncorrelated : (place.uncorrelated ?? path);
    visit(items, { ...inner, path: `${path}.items`, uncorrelated }, errors);
  }
  const isWrong = place.wrong.some((field) => field.startsWith(path) && /^(?:$|[.[])/.test(field.slice(path.length)));
  if (isWrong) return;
  compileRules(schema, place.isRoot).forEach((compiled, index) => {
    if (isBroken(compiled) && compiled.isUntyped) {
      const problem = 'failed to construct type information for x-kubernetes-validations rules';
      const why = `internal error: ${problem}: unable to convert structural schema to CEL declarations`;
      errors.push(internalError(`${path}.x-kubernetes-validations`, why));
      return;
    }
    const rulePath = `${path}.x-kubernetes-validations[${index}]`;
    const cost = isBroken(compiled) ? 0 : ruleCost(compiled.program, schema, place);
    place.budget.spend(`${rulePath}.rule`, cost, errors);
    checkRule(compiled, rulePath, place, errors);
    if (isBroken(compiled) || compiled.message === undefined) return;
    place.budget.spend(`${rulePath}.messageExpression`, ruleCost(compiled.message, schema), errors);
  });
}

/** Of one expression, for all values that it is evaluated for; without a place: for one. */
function ruleCost(program: CelProgram, schema: Structural, place?: Place): number {
  const type = measuredType(schema, place?.isRoot === true || schema.isEmbedded);
  if (type === undefined) return 0;
  const cost = program.estimate(type);
  if (place === undefined) return cost;
  return cost * (place.copies ?? Math.floor(MAX_REQUEST / (type.least + 1)));
}

function copiesWithin({ types, additional, rules }: Structural, copies: number | undefined): number | undefined {
  if (copies === undefined) return undefined;
  const [type] = types;
  if (type === 'array') return rules.maxItems === undefined ? undefined : copies * Math.max(rules.maxItems, 0);
  if (type !== 'object' || additional === undefined) return copies;
  return rules.maxProperties === undefined ? undefined : copies * Math.max(rules.maxProperties, 0);
}

function checkRule(
  compiled: CompiledRule | BrokenRule,
  path: string,
  { uncorrelated }: Place,
  errors: FieldError[],
): void {
  const { rule } = compiled;
  if (isBroken(compiled)) errors.push(invalid(`${path}.rule`, asGo(rule), compiled.problem));
  else if (compiled.messageProblem !== undefined) {
    errors.push(invalid(`${path}.messageExpression`, asGo(rule), compiled.messageProblem));
  }
  if (!isBroken(compiled) && compiled.usesOldSelf) {
    if (uncorrelated === undefined) return;
    const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
    errors.push(invalid(`${path}.rule`, rule.rule, detail));
  } else if (rule.optionalOldSelf !== undefined) {
    errors.push(
      invalid(`${path}.optionalOldSelf`, rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'),
    );
  }
}

/** As upstream quotes its internal struct. */
function asGo(rule: CelRule): JsonObject {
  return {
    Rule: rule.rule,
    Message: rule.message,
    MessageExpression: rule.messageExpression,
    Reason: rule.reason === '' ? null : rule.reason,
    FieldPath: rule.fieldPath,
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  };
}
