/** Webhook configurations; what an old one already had is not held against it. CEL expressions are not compiled here. */
import { duplicate, invalid, required } from '../../apimachinery/errors/field-error.ts';
import { asList, asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { isDns1035Label } from '../../apimachinery/validation/names.ts';
import { checkComplaints, checkEach, checkOneOf, type Errors } from '../validation/checks.ts';
import { checkFullyQualifiedName } from '../validation/domain-names.ts';
import { checkClientConfig } from '../validation/webhook-client.ts';
import {
  checkMatchConditions,
  checkRuleWithOperations,
  failurePolicies,
  matchPolicies,
  reinvocationPolicies,
} from './match-rules.ts';

const reviewVersions = ['v1', 'v1beta1'];
const sideEffects = ['Unknown', 'None', 'Some', 'NoneOnDryRun'];
const noSideEffects = ['None', 'NoneOnDryRun'];
const MAX_TIMEOUT_SECONDS = 30;

interface WebhookRules {
  readonly mutating: boolean;
  readonly skipMatchConditions: boolean;
  readonly sideEffects: readonly string[];
  readonly knownReviewVersion: boolean;
  readonly uniqueNames: boolean;
  readonly allowInvalidValues: boolean;
}

const strictRules = {
  skipMatchConditions: false,
  sideEffects: noSideEffects,
  knownReviewVersion: true,
  uniqueNames: true,
  allowInvalidValues: false,
};

export function validateValidatingWebhookConfiguration(configuration: KubeObject): Errors {
  return validateUnder(configuration, { ...strictRules, mutating: false });
}

export function validateValidatingWebhookConfigurationUpdate(configuration: KubeObject, old: KubeObject): Errors {
  return validateUnder(configuration, { ...rulesForUpdate(configuration, old), mutating: false });
}

export function validateMutatingWebhookConfiguration(configuration: KubeObject): Errors {
  return validateUnder(configuration, { ...strictRules, mutating: true });
}

export function validateMutatingWebhookConfigurationUpdate(configuration: KubeObject, old: KubeObject): Errors {
  return validateUnder(configuration, { ...rulesForUpdate(configuration, old), mutating: true });
}

function rulesForUpdate(configuration: KubeObject, old: KubeObject): Omit<WebhookRules, 'mutating'> {
  const hooks = asObjects(configuration.webhooks);
  const before = asObjects(old.webhooks);
  const hadNoSideEffects = before.every((hook) => noSideEffects.includes(asText(hook.sideEffects)));
  const names = before.map(({ name }) => asText(name));
  const hasInvalidSelector = (hook: JsonObject): boolean =>
    ['namespaceSelector', 'objectSelector'].some((field) => validateLabelSelector(hook[field], '').length > 0);
  return {
    skipMatchConditions:
      hooks.length === before.length &&
      hooks.every((hook, index) => semanticallyEqual(hook.matchConditions, before[index]?.matchConditions)),
    sideEffects: hadNoSideEffects ? noSideEffects : sideEffects,
    knownReviewVersion: before.every(({ admissionReviewVersions: versions }) => {
      return asList(versions).length === 0 || asTexts(versions).some((version) => reviewVersions.includes(version));
    }),
    uniqueNames: new Set(names).size === names.length,
    allowInvalidValues: before.some(hasInvalidSelector),
  };
}

function validateUnder(configuration: KubeObject, rules: WebhookRules): Errors {
  const errors: Errors = [];
  const names = new Set<string>();
  checkEach(configuration.webhooks, 'webhooks', (hook, path) => {
    checkWebhook(hook, rules, path, errors);
    checkReviewVersions(asTexts(hook.admissionReviewVersions), rules, `${path}.admissionReviewVersions`, errors);
    const name = asText(hook.name);
    if (!rules.uniqueNames || name === '') return;
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
  });
  return errors;
}

function checkWebhook(hook: JsonObject, rules: WebhookRules, path: string, errors: Errors): void {
  checkFullyQualifiedName(asText(hook.name), `${path}.name`, errors);
  checkEach(hook.rules, `${path}.rules`, (rule, rulePath) => checkRuleWithOperations(rule, rulePath, errors));
  if (isSet(hook.failurePolicy)) checkOneOf(hook.failurePolicy, failurePolicies, `${path}.failurePolicy`, errors);
  if (isSet(hook.matchPolicy)) checkOneOf(hook.matchPolicy, matchPolicies, `${path}.matchPolicy`, errors);
  if (isSet(hook.sideEffects)) checkOneOf(hook.sideEffects, rules.sideEffects, `${path}.sideEffects`, errors);
  else {
    const detail = `must specify one of ${[...rules.sideEffects].sort().join(', ')}`;
    errors.push(required(`${path}.sideEffects`, detail));
  }
  const { timeoutSeconds } = hook;
  if (isSet(timeoutSeconds) && (asNumber(timeoutSeconds) < 1 || asNumber(timeoutSeconds) > MAX_TIMEOUT_SECONDS)) {
    const detail = `the timeout value must be between 1 and ${MAX_TIMEOUT_SECONDS} seconds`;
    errors.push(invalid(`${path}.timeoutSeconds`, timeoutSeconds, detail));
  }
  for (const selector of ['namespaceSelector', 'objectSelector']) {
    errors.push(...validateLabelSelector(hook[selector], `${path}.${selector}`, rules));
  }
  if (rules.mutating && isSet(hook.reinvocationPolicy)) {
    checkOneOf(hook.reinvocationPolicy, reinvocationPolicies, `${path}.reinvocationPolicy`, errors);
  }
  checkClientConfig(asObject(hook.clientConfig), `${path}.clientConfig`, errors);
  if (!rules.skipMatchConditions)
    checkMatchConditions(hook.matchConditions, { hasParams: false }, `${path}.matchConditions`, errors);
}

function checkReviewVersions(versions: readonly string[], rules: WebhookRules, path: string, errors: Errors): void {
  if (versions.length === 0) {
    errors.push(required(path, `must specify one of ${reviewVersions.join(', ')}`));
    return;
  }
  versions.forEach((version, index) => {
    const itemPath = `${path}[${index}]`;
    if (versions.indexOf(version) < index) errors.push(invalid(itemPath, version, 'duplicate version'));
    else checkComplaints(version, isDns1035Label(version), itemPath, errors);
  });
  if (rules.knownReviewVersion && !versions.some((version) => reviewVersions.includes(version))) {
    errors.push(invalid(path, [...versions], `must include at least one of ${reviewVersions.join(', ')}`));
  }
}
