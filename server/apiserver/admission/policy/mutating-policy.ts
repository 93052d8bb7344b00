/** A MutatingAdmissionPolicy, and what one of its mutations makes of an object. */
import { asObject, asObjects, asText } from '../../../apimachinery/json-access.ts';
import type { JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { CelError } from '../../../apimachinery/cel/cel-error.ts';
import { jsonOf } from '../../../apimachinery/cel/value-json.ts';
import { CelMessage, type CelValue, isList } from '../../../apimachinery/cel/values.ts';
import { newInternalError } from '../../../apimachinery/errors/status-error.ts';
import type { JsonPatchOperation } from '../../../apimachinery/patch/decode-json-patch.ts';
import { OperationFailed, runJsonPatch } from '../../../apimachinery/patch/json-patch.ts';
import { DecodeError } from '../../../apimachinery/schema/decode-error.ts';
import { structuredCopy } from '../../handlers/patched-object.ts';
import { Activation, type ActivationParts } from '../expressions/activation.ts';
import { Budget, evaluate, type Expression, OutOfBudget } from '../expressions/expression.ts';
import { readSeen, schemaOf, type SeenKinds, type VersionedRequest } from '../matching/versioned-request.ts';
import { applyConfiguration } from './apply-configuration.ts';
import { POLICY_BUDGET } from './limits.ts';
import { MutationProblem } from './mutation-problem.ts';
import { type PolicyBase, readPolicy } from './policy.ts';

export interface MutatingPolicy extends PolicyBase {
  readonly mutations: readonly Mutation[];
  readonly reinvokes: boolean;
}

export interface Mutation {
  readonly patchType: 'ApplyConfiguration' | 'JSONPatch';
  readonly expression: Expression;
}

export function readMutatingPolicy(policy: KubeObject): MutatingPolicy {
  const { newExpression, ...base } = readPolicy(policy);
  const spec = asObject(policy.spec);
  return {
    ...base,
    mutations: asObjects(spec.mutations).map((mutation) => {
      const isPatch = mutation.patchType === 'JSONPatch';
      const { expression } = asObject(isPatch ? mutation.jsonPatch : mutation.applyConfiguration);
      return {
        patchType: isPatch ? 'JSONPatch' : 'ApplyConfiguration',
        expression: newExpression(asText(expression), { hasAuthorizer: true, mutates: true }),
      };
    }),
    reinvokes: spec.reinvocationPolicy === 'IfNeeded',
  };
}

/** What the expression says; without effects. @throws MutationProblem */
export function evaluateMutation({ expression }: Mutation, parts: ActivationParts): CelValue {
  try {
    const program = expression.program();
    if (typeof program === 'string') throw new MutationProblem(program);
    const outcome = evaluate(expression, new Activation(parts), new Budget(POLICY_BUDGET));
    if ('value' in outcome) return outcome.value;
    throw new MutationProblem(outcome.error);
  } catch (error) {
    throw error instanceof OutOfBudget ? new MutationProblem(error.message) : error;
  }
}

/** The object as the mutation leaves it, with defaults. @throws MutationProblem, StatusError */
export function applyMutation(
  { patchType }: Mutation,
  value: CelValue,
  request: VersionedRequest & { readonly object: KubeObject },
  kinds: SeenKinds,
): KubeObject {
  const { seen, object } = request;
  if (patchType === 'ApplyConfiguration') {
    const merged = applyConfiguration(schemaOf(seen, kinds), object, asJson(value));
    return decoded(() => readSeen(seen, structuredCopy(merged), kinds));
  }
  const patched = patchedBy(object, operationsOf(value));
  if (patched === undefined) return object;
  return decoded(() => readSeen(seen, structuredCopy(patched), { ...kinds, strict: true }));
}

function decoded(read: () => KubeObject): KubeObject {
  try {
    return read();
  } catch (error) {
    throw error instanceof DecodeError ? newInternalError(error) : error;
  }
}

/** Undefined: a test of the patch does not hold, and nothing is changed. */
function patchedBy(object: KubeObject, operations: readonly JsonPatchOperation[]): JsonValue | undefined {
  try {
    return runJsonPatch(object, operations);
  } catch (error) {
    if (!(error instanceof OperationFailed)) throw error;
    if (error.isTest) return undefined;
    throw new MutationProblem(`JSON Patch: ${error.message}`);
  }
}

function operationsOf(value: CelValue): readonly JsonPatchOperation[] {
  if (!isList(value)) throw new MutationProblem('type mismatch: JSONPatchType.expression should evaluate to array');
  return value.map((item) => {
    const field = (name: string): CelValue | undefined => (item instanceof CelMessage ? item.find(name) : undefined);
    const given = field('value');
    if (given instanceof CelMessage) requireTypeNames(given);
    const from = field('from');
    return {
      op: asJsonText(field('op')),
      path: asJsonText(field('path')),
      from: from === '' ? undefined : asJsonText(from),
      value: given === undefined ? undefined : patchValue(given),
    };
  });
}

/** What is left out is empty. */
function asJsonText(value: CelValue | undefined): JsonValue {
  return typeof value === 'string' ? value : '';
}

function patchValue(value: CelValue): JsonValue {
  try {
    return jsonOf(value);
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    const what = 'JSONPath valueExpression evaluated to a type that could not marshal to JSON';
    throw new MutationProblem(`${what}: ${error.message}`);
  }
}

function asJson(value: CelValue): JsonValue {
  if (!(value instanceof CelMessage))
    throw new MutationProblem('unsupported return type from ApplyConfiguration expression');
  requireTypeNames(value);
  try {
    return jsonOf(value);
  } catch (error) {
    throw error instanceof CelError ? new MutationProblem(`invalid return type: ${error.message}`) : error;
  }
}

/** Objects in objects are named by the path to them: `Object.spec` is what lies under `spec`. */
function requireTypeNames(value: CelMessage): void {
  const problems = wrongNames(value, [value.typeName]);
  if (problems.length > 0) throw new MutationProblem(`type mismatch: ${problems.join('\n')}`);
}

function wrongNames(value: CelValue, path: readonly string[]): string[] {
  if (isList(value)) return value.flatMap((item) => wrongNames(item, path));
  if (!(value instanceof CelMessage)) return [];
  const expected = path.join('.');
  const own =
    value.typeName === expected
      ? []
      : [
          `unexpected type name ${JSON.stringify(value.typeName)}, expected ${JSON.stringify(expected)}, ` +
            'which matches field name path from root Object type',
        ];
  return [...own, ...[...value.fields].flatMap(([name, field]) => wrongNames(field, [...path, name]))];
}
