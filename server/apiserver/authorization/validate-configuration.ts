/** What an AuthorizationConfiguration may say, with upstream's messages. */
import {
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooMany,
} from '../../apimachinery/errors/field-error.ts';
import { DurationError, parseGoDurationMilliseconds } from '../../apimachinery/duration/go-duration.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import { asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import { isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { conditionProblem } from './match-conditions.ts';

const types = ['AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC', 'Webhook'];
const maxConditions = 64;
const maxTimeout = 30_000;

export function validateAuthorization(config: JsonObject): FieldError[] {
  const authorizers = asObjects(config.authorizers);
  if (authorizers.length === 0) return [required('authorizers', 'at least one authorization mode must be defined')];
  const seenTypes = new Set<string>();
  const seenNames = new Set<string>();
  return authorizers.flatMap((authorizer, index) => {
    const path = `authorizers[${index}]`;
    const type = asText(authorizer.type);
    if (type === '') return [required(`${path}.type`)];
    if (!types.includes(type)) return [notSupported(`${path}.type`, type, types)];
    if (seenTypes.has(type) && type !== 'Webhook') return [duplicate(`${path}.type`, type)];
    seenTypes.add(type);
    const name = asText(authorizer.name);
    const errors = nameErrors(name, `${path}.name`, seenNames);
    seenNames.add(name);
    if (type === 'Webhook') {
      if (!isSet(authorizer.webhook)) return [...errors, required(`${path}.webhook`, 'required when type=Webhook')];
      return [...errors, ...webhookErrors(asObject(authorizer.webhook), path)];
    }
    if (isSet(authorizer.webhook)) {
      errors.push(invalid(`${path}.webhook`, 'non-null', 'may only be specified when type=Webhook'));
    }
    return errors;
  });
}

function nameErrors(name: string, path: string, seen: ReadonlySet<string>): FieldError[] {
  if (name === '') return [required(path)];
  if (seen.has(name)) return [duplicate(path, name)];
  const problems = isDns1123Subdomain(name);
  return problems.length === 0 ? [] : [invalid(path, name, `authorizer name is invalid: ${problems.join(', ')}`)];
}

function webhookErrors(webhook: JsonObject, path: string): FieldError[] {
  const { subjectAccessReviewVersion, matchConditionSubjectAccessReviewVersion, failurePolicy } = webhook;
  const conditions = asObjects(webhook.matchConditions);
  return [
    ...timeoutErrors(webhook.timeout, `${path}.timeout`),
    ...timeToLiveErrors(webhook.authorizedTTL, `${path}.authorizedTTL`),
    ...timeToLiveErrors(webhook.unauthorizedTTL, `${path}.unauthorizedTTL`),
    ...choiceErrors(subjectAccessReviewVersion, `${path}.subjectAccessReviewVersion`, ['v1', 'v1beta1']),
    ...(isSet(matchConditionSubjectAccessReviewVersion)
      ? choiceErrors(matchConditionSubjectAccessReviewVersion, `${path}.matchConditionSubjectAccessReviewVersion`, [
          'v1',
        ])
      : conditions.length === 0
        ? []
        : [required(`${path}.matchConditionSubjectAccessReviewVersion`, 'required if match conditions are specified')]),
    ...choiceErrors(failurePolicy, `${path}.failurePolicy`, ['NoOpinion', 'Deny']),
    ...connectionErrors(asObject(webhook.connectionInfo), `${path}.connectionInfo`),
    ...conditionErrors(conditions, `${path}.matchConditions`),
  ];
}

/** Milliseconds; undefined: no duration. */
export function durationOf(value: JsonValue | undefined): number | undefined {
  try {
    return isSet(value) ? parseGoDurationMilliseconds(asText(value)) : 0;
  } catch (error) {
    if (error instanceof DurationError) return undefined;
    throw error;
  }
}

function timeoutErrors(value: JsonValue | undefined, path: string): FieldError[] {
  const timeout = durationOf(value);
  if (timeout === 0) return [required(path)];
  if (timeout !== undefined && timeout > 0 && timeout <= maxTimeout) return [];
  return [invalid(path, asText(value), 'must be > 0s and <= 30s')];
}

/** Unset: upstream's default. */
function timeToLiveErrors(value: JsonValue | undefined, path: string): FieldError[] {
  const time = durationOf(value);
  return time !== undefined && time >= 0 ? [] : [invalid(path, asText(value), 'must be > 0s')];
}

function choiceErrors(value: JsonValue | undefined, path: string, choices: readonly string[]): FieldError[] {
  const chosen = asText(value);
  if (chosen === '') return [required(path)];
  return choices.includes(chosen) ? [] : [notSupported(path, chosen, choices)];
}

function connectionErrors({ type, kubeConfigFile }: JsonObject, path: string): FieldError[] {
  const errors = choiceErrors(type, `${path}.type`, ['InClusterConfig', 'KubeConfigFile']);
  if (errors.length > 0) return errors;
  const file = asText(kubeConfigFile);
  const field = `${path}.kubeConfigFile`;
  if (type === 'InClusterConfig') {
    return isSet(kubeConfigFile) ? [invalid(field, file, 'can only be set when type=KubeConfigFile')] : [];
  }
  if (file === '') return [required(field)];
  return file.startsWith('/') ? [] : [invalid(field, file, 'must be an absolute path')];
}

function conditionErrors(conditions: readonly JsonObject[], path: string): FieldError[] {
  if (conditions.length > maxConditions) return [tooMany(path, conditions.length, maxConditions)];
  const seen = new Set<string>();
  return conditions.flatMap(({ expression }, index) => {
    const text = asText(expression);
    const field = `${path}[${index}].expression`;
    if (text.trim() === '') return [required(field)];
    if (seen.has(text)) return [duplicate(field, text)];
    seen.add(text);
    const problem = conditionProblem(text);
    return problem === undefined ? [] : [invalid(field, text, problem)];
  });
}
