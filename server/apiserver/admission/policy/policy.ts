/** What validating and mutating policies and their bindings have in common, read once a state of them. */
import { type CelType, DYN } from '../../../apimachinery/cel/cel-type.ts';
import { asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject } from '../../../apimachinery/json.ts';
import { type LabelSelector, labelSelectorToSelector } from '../../../apimachinery/labels/selector.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { parseGroupVersion } from '../../../apimachinery/schema/type-meta.ts';
import type { ExpressionScope } from '../../../apis/admissionregistration/expressions.ts';
import { Expression } from '../expressions/expression.ts';
import { MatchConditions } from '../expressions/match-conditions.ts';
import { type MatchResources, readMatchResources } from '../matching/match-resources.ts';
import type { GroupVersionKind } from '../matching/seen-version.ts';

export interface PolicyBase {
  readonly name: string;
  readonly match: MatchResources | undefined;
  readonly conditions: MatchConditions;
  readonly variables: ReadonlyMap<string, Expression>;
  readonly paramKind: GroupVersionKind | undefined;
  readonly ignoresFailure: boolean;
}

export interface PolicyBinding {
  readonly name: string;
  readonly policyName: string;
  /** Undefined: all that the policy is for. */
  readonly match: MatchResources | undefined;
  readonly paramRef: ParamRef | undefined;
  /** Of validating policies. */
  readonly actions: readonly string[];
}

export interface ParamRef {
  readonly name: string;
  readonly namespace: string;
  readonly selector: LabelSelector | undefined;
  readonly deniesMissing: boolean;
}

/** Makes an expression that knows the policy's variables. */
export type NewExpression = (source: string, scope: Pick<ExpressionScope, 'hasAuthorizer' | 'mutates'>) => Expression;

export function readPolicy(policy: KubeObject): PolicyBase & { readonly newExpression: NewExpression } {
  const spec = asObject(policy.spec);
  const hasParams = isSet(spec.paramKind);
  const types = new Map<string, CelType>();
  const common = { hasParams, hasAuthorizer: true, variables: types };
  const variables = new Map(
    asObjects(spec.variables).map((variable) => {
      const expression = new Expression(asText(variable.expression), () => common);
      return [asText(variable.name), expression] as const;
    }),
  );
  let areTyped = false;
  // A variable may use those before it, everything else all of them: their types come in order.
  const declared = (): Map<string, CelType> => {
    if (areTyped) return types;
    areTyped = true;
    for (const [name, expression] of variables) {
      const program = expression.program();
      types.set(name, typeof program === 'string' ? DYN : program.type);
    }
    return types;
  };
  const failurePolicy = asText(spec.failurePolicy);
  return {
    name: policy.metadata.name ?? '',
    match: readMatchResources(spec.matchConstraints),
    conditions: new MatchConditions(spec.matchConditions, failurePolicy, () => ({ ...common, variables: declared() })),
    variables,
    paramKind: hasParams ? readParamKind(asObject(spec.paramKind)) : undefined,
    ignoresFailure: failurePolicy === 'Ignore',
    newExpression: (source, scope) => new Expression(source, () => ({ ...common, ...scope, variables: declared() })),
  };
}

function readParamKind({ apiVersion, kind }: JsonObject): GroupVersionKind {
  return { ...parseGroupVersion(asText(apiVersion)), kind: asText(kind) };
}

export function readBinding(binding: KubeObject): PolicyBinding {
  const spec = asObject(binding.spec);
  const actions = Array.isArray(spec.validationActions) ? spec.validationActions.map(asText) : [];
  return {
    name: binding.metadata.name ?? '',
    policyName: asText(spec.policyName),
    match: readMatchResources(spec.matchResources),
    paramRef: isJsonObject(spec.paramRef) ? readParamRef(spec.paramRef) : undefined,
    actions,
  };
}

function readParamRef({ name, namespace, selector, parameterNotFoundAction }: JsonObject): ParamRef {
  return {
    name: asText(name),
    namespace: asText(namespace),
    selector: isSet(selector) ? labelSelectorToSelector(selector) : undefined,
    deniesMissing: parameterNotFoundAction === 'Deny',
  };
}
