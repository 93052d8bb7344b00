/** The CEL rules of a schema, compiled against its types when a definition is written. */
import { type FieldError, invalid } from '../../apimachinery/errors/field-error.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import {
  type BrokenRule,
  type CompiledRule,
  compileRules,
  isBroken,
} from '../../apimachinery/structural-schema/compile-rules.ts';
import type { CelRule, Structural } from '../../apimachinery/structural-schema/structural.ts';

/** `others`: what else is wrong with the schema; rules are looked at where nothing is, neither here nor below. */
export function ruleCompileErrors(structural: Structural, path: string, others: readonly FieldError[]): FieldError[] {
  const errors: FieldError[] = [];
  const start = { path, isRoot: true, uncorrelated: undefined, wrong: others.map(({ field }) => field) };
  if (structural.reaches.validations) visit(structural, start, errors);
  return errors;
}

interface Place {
  readonly path: string;
  readonly isRoot: boolean;
  /** The list within which old and new values do not correspond. */
  readonly uncorrelated: string | undefined;
  /** Paths at which something else is wrong. */
  readonly wrong: readonly string[];
}

/** What lies inside comes first. */
function visit(schema: Structural, place: Place, errors: FieldError[]): void {
  const { path } = place;
  const inner = { ...place, isRoot: false };
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
    checkRule(compiled, `${path}.x-kubernetes-validations[${index}]`, place, errors);
  });
}

function checkRule(
  compiled: CompiledRule | BrokenRule,
  path: string,
  { uncorrelated }: Place,
  errors: FieldError[],
): void {
  const { rule } = compiled;
  if (isBroken(compiled)) {
    const field = compiled.isMessage ? 'messageExpression' : 'rule';
    errors.push(invalid(`${path}.${field}`, asGo(rule), compiled.problem));
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
