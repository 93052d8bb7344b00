/** What a job does about pods that fail, and when it counts as done before all its indexes are. */
import {
  duplicate,
  invalid,
  invalidWithoutValue,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../../apimachinery/errors/field-error.ts';
import { asList, asNumber, asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import { checkEach, checkNonNegative, checkOneOf, checkQualifiedName, type Errors } from '../validation/checks.ts';
import { CompletionIndexesError, countCompletionIndexes } from './completion-indexes.ts';

const MAX_RULES = 20;
const MAX_EXIT_CODES = 255;
const MAX_CONDITION_PATTERNS = 20;
const MAX_SUCCEEDED_INDEXES_LENGTH = 64 * 1024;

const failureActions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const exitCodeOperators = ['In', 'NotIn'];
const conditionStatuses = ['False', 'True', 'Unknown'];

export function checkPodFailurePolicy(spec: JsonObject, path: string, errors: Errors): void {
  const { rules } = asObject(spec.podFailurePolicy);
  checkAtMost(rules, MAX_RULES, `${path}.rules`, errors);
  const pod = asObject(asObject(spec.template).spec);
  const names = [...asObjects(pod.containers), ...asObjects(pod.initContainers)].map(({ name }) => asText(name));
  checkEach(rules, `${path}.rules`, (rule, rulePath) => checkFailureRule(rule, spec, names, rulePath, errors));
}

function checkFailureRule(
  rule: JsonObject,
  spec: JsonObject,
  names: readonly string[],
  path: string,
  errors: Errors,
): void {
  if (checkGiven(rule.action, failureActions, `${path}.action`, errors)) {
    if (rule.action === 'FailIndex' && !isSet(spec.backoffLimitPerIndex)) {
      errors.push(invalid(`${path}.action`, rule.action, 'requires the backoffLimitPerIndex to be set'));
    }
  }
  const hasConditions = asList(rule.onPodConditions).length > 0;
  const hasExitCodes = isSet(rule.onExitCodes);
  if (hasExitCodes) checkExitCodes(asObject(rule.onExitCodes), names, `${path}.onExitCodes`, errors);
  if (hasConditions) checkConditionPatterns(rule.onPodConditions, `${path}.onPodConditions`, errors);
  if (hasExitCodes && hasConditions) {
    errors.push(invalidWithoutValue(path, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  }
  if (!hasExitCodes && !hasConditions) {
    errors.push(invalidWithoutValue(path, 'specifying one of OnExitCodes and OnPodConditions is required'));
  }
}

function checkConditionPatterns(patterns: JsonValue | undefined, path: string, errors: Errors): void {
  checkAtMost(patterns, MAX_CONDITION_PATTERNS, path, errors);
  checkEach(patterns, path, (pattern, patternPath) => {
    checkQualifiedName(pattern.type, `${patternPath}.type`, errors);
    checkGiven(pattern.status, conditionStatuses, `${patternPath}.status`, errors);
  });
}

function checkExitCodes(requirement: JsonObject, names: readonly string[], path: string, errors: Errors): void {
  const { operator, containerName, values } = requirement;
  checkGiven(operator, exitCodeOperators, `${path}.operator`, errors);
  if (isSet(containerName) && !names.includes(asText(containerName))) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(`${path}.containerName`, containerName, detail));
  }
  const codes = asList(values).map(asNumber);
  if (codes.length === 0) errors.push(invalid(`${path}.values`, values, 'at least one value is required'));
  checkAtMost(values, MAX_EXIT_CODES, `${path}.values`, errors);
  const seen = new Set<number>();
  codes.forEach((code, index) => {
    const codePath = `${path}.values[${index}]`;
    if (operator === 'In' && code === 0) errors.push(invalid(codePath, code, 'must not be 0 for the In operator'));
    if (seen.has(code)) errors.push(duplicate(codePath, code));
    seen.add(code);
  });
  const isOrdered = codes.every((code, index) => index === 0 || (codes[index - 1] ?? code) <= code);
  if (!isOrdered) errors.push(invalid(`${path}.values`, values, 'must be ordered'));
}

export function checkPodReplacementPolicy(spec: JsonObject, path: string, errors: Errors): void {
  if (!isSet(spec.podReplacementPolicy)) return;
  const supported = isSet(spec.podFailurePolicy) ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  checkOneOf(spec.podReplacementPolicy, supported, path, errors);
}

export function checkSuccessPolicy(spec: JsonObject, path: string, errors: Errors): void {
  const { rules } = asObject(spec.successPolicy);
  if (asList(rules).length === 0) {
    const detail = 'at least one rules must be specified when the successPolicy is specified';
    errors.push(required(`${path}.rules`, detail));
  }
  checkAtMost(rules, MAX_RULES, `${path}.rules`, errors);
  const completions = asNumber(spec.completions);
  checkEach(rules, `${path}.rules`, (rule, rulePath) => checkSuccessRule(rule, completions, rulePath, errors));
}

function checkSuccessRule(rule: JsonObject, completions: number, path: string, errors: Errors): void {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  if (!isSet(count) && !isSet(indexes)) {
    errors.push(required(path, 'at least one of succeededCount or succeededIndexes must be specified'));
  }
  const total = isSet(indexes) ? checkIndexes(asText(indexes), completions, `${path}.succeededIndexes`, errors) : 0;
  if (!isSet(count)) return;
  const countPath = `${path}.succeededCount`;
  checkNonNegative(count, countPath, errors);
  if (asNumber(count) > completions) {
    const detail = `must be less than or equal to ${completions} (the number of specified completions)`;
    errors.push(invalid(countPath, count, detail));
  }
  if (isSet(indexes) && asNumber(count) > total) {
    const detail = `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`;
    errors.push(invalid(countPath, count, detail));
  }
}

function checkIndexes(indexes: string, completions: number, path: string, errors: Errors): number {
  if (Buffer.byteLength(indexes) > MAX_SUCCEEDED_INDEXES_LENGTH) {
    errors.push(tooLong(path, MAX_SUCCEEDED_INDEXES_LENGTH));
  }
  try {
    return countCompletionIndexes(indexes, completions);
  } catch (error) {
    if (!(error instanceof CompletionIndexesError)) throw error;
    errors.push(invalid(path, indexes, `error parsing succeededIndexes: ${error.message}`));
    return 0;
  }
}

function checkAtMost(list: JsonValue | undefined, max: number, path: string, errors: Errors): void {
  const { length } = asList(list);
  if (length > max) errors.push(tooMany(path, length, max));
}

function checkGiven(value: JsonValue | undefined, supported: readonly string[], path: string, errors: Errors): boolean {
  if (asText(value) === '') {
    errors.push(required(path, `valid values: [${supported.map((text) => `"${text}"`).join(' ')}]`));
    return false;
  }
  if (supported.includes(asText(value))) return true;
  errors.push(notSupported(path, asText(value), supported));
  return false;
}
