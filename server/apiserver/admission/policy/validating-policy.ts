/** A ValidatingAdmissionPolicy, and what it says of a request: decisions and audit annotations, without any effect. */
import { asObject, asObjects, asText } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { runtimeType } from '../../../apimachinery/cel/values.ts';
import { Activation, type ActivationParts } from '../expressions/activation.ts';
import { Budget, type Evaluation, evaluate, type Expression, OutOfBudget } from '../expressions/expression.ts';
import type { MatchResult } from '../expressions/match-conditions.ts';
import { MAX_MESSAGE_BYTES, POLICY_BUDGET } from './limits.ts';
import { type NewExpression, type PolicyBase, readPolicy } from './policy.ts';

export interface ValidatingPolicy extends PolicyBase {
  readonly validations: readonly Validation[];
  readonly auditAnnotations: readonly AuditAnnotation[];
}

interface Validation {
  readonly expression: Expression;
  readonly message: string;
  readonly messageExpression: Expression | undefined;
  /** Empty: Invalid. */
  readonly reason: string;
}

interface AuditAnnotation {
  readonly key: string;
  readonly expression: Expression;
}

export interface PolicyDecision {
  readonly denies: boolean;
  readonly message: string;
  readonly reason: string;
  /** The expression could not be evaluated. */
  readonly failed: boolean;
}

export interface PolicyResult {
  readonly decisions: readonly PolicyDecision[];
  /** A text for the audit trail, or why there is none where that denies. */
  readonly auditAnnotations: ReadonlyArray<{ readonly key: string; readonly value?: string; readonly error?: string }>;
  /** Undefined: the policy has no match conditions. */
  readonly conditions: MatchResult | undefined;
}

export function readValidatingPolicy(policy: KubeObject): ValidatingPolicy {
  const { newExpression, ...base } = readPolicy(policy);
  const spec = asObject(policy.spec);
  return {
    ...base,
    validations: asObjects(spec.validations).map((validation) => readValidation(validation, newExpression)),
    auditAnnotations: asObjects(spec.auditAnnotations).map(({ key, valueExpression }) => ({
      key: asText(key),
      expression: newExpression(asText(valueExpression), { hasAuthorizer: true }),
    })),
  };
}

function readValidation(validation: JsonObject, newExpression: NewExpression): Validation {
  const messageExpression = asText(validation.messageExpression);
  return {
    expression: newExpression(asText(validation.expression), { hasAuthorizer: true }),
    message: asText(validation.message),
    messageExpression:
      messageExpression === '' ? undefined : newExpression(messageExpression, { hasAuthorizer: false }),
    reason: asText(validation.reason),
  };
}

type Input = Omit<ActivationParts, 'variables'>;

export function evaluatePolicy(policy: ValidatingPolicy, input: Input): PolicyResult {
  const parts = { ...input, variables: policy.variables };
  const conditions = policy.conditions.isEmpty ? undefined : policy.conditions.match(parts);
  if (conditions?.error !== undefined) return { ...failed(policy, conditions.error), conditions };
  if (conditions?.matches === false) return { decisions: [], auditAnnotations: [], conditions };
  try {
    return { ...evaluateAll(policy, parts), conditions };
  } catch (error) {
    if (error instanceof OutOfBudget) return { ...failed(policy, error.message), conditions };
    throw error;
  }
}

function failed({ ignoresFailure }: PolicyBase, message: string): Omit<PolicyResult, 'conditions'> {
  return { decisions: [{ denies: !ignoresFailure, message, reason: '', failed: true }], auditAnnotations: [] };
}

/** @throws OutOfBudget */
function evaluateAll(policy: ValidatingPolicy, parts: ActivationParts): Omit<PolicyResult, 'conditions'> {
  const budget = new Budget(POLICY_BUDGET);
  const activation = new Activation(parts);
  const evaluations = policy.validations.map(({ expression }) => evaluate(expression, activation, budget));
  const withoutAuthorizer = { ...parts, ask: undefined };
  const messages = evaluateMessages(policy, withoutAuthorizer, budget);
  const decisions = policy.validations.map((validation, index) =>
    decide(policy, validation, {
      evaluation: evaluations[index] as Evaluation,
      message: typeof messages === 'string' ? messages : messages[index],
    }),
  );
  const auditBudget = new Budget(POLICY_BUDGET);
  const auditActivation = new Activation(withoutAuthorizer);
  const auditAnnotations = policy.auditAnnotations.flatMap(({ key, expression }) => {
    const outcome = annotationOf(expression, evaluate(expression, auditActivation, auditBudget));
    if (outcome === undefined || ('error' in outcome && policy.ignoresFailure)) return [];
    return [{ key, ...outcome }];
  });
  return { decisions, auditAnnotations };
}

/** Of all validations, whatever they say; a text: the budget is spent. */
function evaluateMessages(
  { validations }: ValidatingPolicy,
  parts: ActivationParts,
  budget: Budget,
): ReadonlyArray<Evaluation | undefined> | string {
  const activation = new Activation(parts);
  try {
    return validations.map(({ messageExpression: expression }) =>
      expression === undefined ? undefined : evaluate(expression, activation, budget),
    );
  } catch (error) {
    if (error instanceof OutOfBudget) return error.message;
    throw error;
  }
}

function decide(
  { ignoresFailure }: PolicyBase,
  { expression, message, reason }: Validation,
  outcome: { readonly evaluation: Evaluation; readonly message: Evaluation | string | undefined },
): PolicyDecision {
  const failure =
    'error' in outcome.evaluation
      ? outcome.evaluation.error
      : typeof outcome.message === 'string'
        ? `failed messageExpression: ${outcome.message}`
        : undefined;
  if (failure !== undefined) return { denies: !ignoresFailure, message: failure, reason: '', failed: true };
  if ('value' in outcome.evaluation && outcome.evaluation.value === true) {
    return { denies: false, message: '', reason: '', failed: false };
  }
  const told =
    madeMessage(outcome.message as Evaluation | undefined) ||
    message.trim() ||
    `failed expression: ${expression.source.trim()}`;
  return { denies: true, message: told, reason: reason === '' ? 'Invalid' : reason, failed: false };
}

/** Empty: the expression has made none that can be shown. */
function madeMessage(evaluation: Evaluation | undefined): string {
  if (evaluation === undefined || !('value' in evaluation) || typeof evaluation.value !== 'string') return '';
  const text = evaluation.value.trim();
  return Buffer.byteLength(text) > MAX_MESSAGE_BYTES || text.includes('\n') ? '' : text;
}

function annotationOf(
  { source }: Expression,
  evaluation: Evaluation,
): { readonly value: string } | { readonly error: string } | undefined {
  if ('error' in evaluation) return evaluation;
  const { value } = evaluation;
  if (value === null) return undefined;
  if (typeof value === 'string') return value.trim() === '' ? undefined : { value: value.trim() };
  const what = `valueExpression '${source}' resulted in unsupported return type: ${runtimeType(value)}`;
  return { error: `${what}. Return type must be either string or null.` };
}
