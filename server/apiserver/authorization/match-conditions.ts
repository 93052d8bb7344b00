/** Which requests a webhook is asked about: CEL on the SubjectAccessReview that it would get. */
import { joinErrors } from '../../apimachinery/errors/aggregate.ts';
import { CelCompileError, CelCostError, CelError } from '../../apimachinery/cel/cel-error.ts';
import { type CelType, listOf, mapOf, type ObjectType, STRING, typeName } from '../../apimachinery/cel/cel-type.ts';
import { loadCel } from '../../apimachinery/cel/load-cel.ts';
import { isJsonObject, type JsonObject } from '../../apimachinery/json.ts';

/** True: all conditions hold. @throws Error where one cannot be told and none is false */
export type MatchConditions = (spec: JsonObject) => boolean;

const texts = listOf(STRING);
const requirement = objectOf('kubernetes.SelectorRequirement', { key: STRING, operator: STRING, values: texts });
const selector = (name: string) => objectOf(name, { rawSelector: STRING, requirements: listOf(requirement) });
const resourceFields = ['namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'] as const;
const resourceAttributes = objectOf('kubernetes.ResourceAttributes', {
  ...Object.fromEntries(resourceFields.map((field) => [field, STRING])),
  fieldSelector: selector('kubernetes.FieldSelectorAttributes'),
  labelSelector: selector('kubernetes.LabelSelectorAttributes'),
});
const variables: ReadonlyMap<string, CelType> = new Map([
  [
    'request',
    objectOf('kubernetes.SubjectAccessReviewSpec', {
      resourceAttributes,
      nonResourceAttributes: objectOf('kubernetes.NonResourceAttributes', { path: STRING, verb: STRING }),
      user: STRING,
      groups: texts,
      extra: mapOf(STRING, texts),
      uid: STRING,
    }),
  ],
]);

function objectOf(name: string, fields: Readonly<Record<string, CelType>>): ObjectType {
  return {
    kind: 'object',
    name,
    field(field) {
      const type = Object.hasOwn(fields, field) ? fields[field] : undefined;
      return type === undefined ? undefined : { name: field, type };
    },
  };
}

/** Undefined: the expression may be used. */
export function conditionProblem(expression: string): string | undefined {
  try {
    const { type } = loadCel().compileCel(expression, variables);
    return type.kind === 'bool' ? undefined : `must evaluate to bool but got ${typeName(type)}`;
  } catch (error) {
    if (error instanceof CelCompileError) return `compilation failed: ${error.message}`;
    throw error;
  }
}

/** Of expressions that may be used. */
export function compileMatchConditions(expressions: readonly string[]): MatchConditions {
  if (expressions.length === 0) return () => true;
  const { celValueOf, compileCel, PER_CALL_LIMIT } = loadCel();
  const type = variables.get('request');
  if (type === undefined) throw new TypeError('a review is a request');
  const programs = expressions.map((expression) => ({ expression, program: compileCel(expression, variables) }));
  return (spec) => {
    const request = celValueOf(filledIn(spec), type);
    const values = new Map([['request', () => request]]);
    const errors: string[] = [];
    for (const { expression, program } of programs) {
      try {
        if (program.evaluate(values, PER_CALL_LIMIT).value !== true) return false;
      } catch (error) {
        if (!(error instanceof CelError) && !(error instanceof CelCostError)) throw error;
        errors.push(`cel evaluation error: expression '${expression}' resulted in error: ${error.message}`);
      }
    }
    if (errors.length > 0) throw new Error(joinErrors(errors));
    return true;
  };
}

/** Texts that a review leaves out for being empty are there for expressions. */
function filledIn(spec: JsonObject): JsonObject {
  const filled: JsonObject = { user: '', groups: spec.group ?? [], uid: '', extra: {}, ...spec };
  if (isJsonObject(spec.resourceAttributes)) {
    const empty = Object.fromEntries(resourceFields.map((field) => [field, '']));
    filled.resourceAttributes = { ...empty, ...spec.resourceAttributes };
  }
  if (isJsonObject(spec.nonResourceAttributes)) {
    filled.nonResourceAttributes = { path: '', verb: '', ...spec.nonResourceAttributes };
  }
  return filled;
}
