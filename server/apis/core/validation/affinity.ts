/** Node selectors and affinities: where a pod may or should run. */
import { forbidden, invalid, invalidTyped, required } from '../../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { isLabelValue, validateLabelName, validateLabelSelector } from '../../../apimachinery/validation/labels.ts';
import { isDns1123Subdomain, validateDnsLabelName } from '../../../apimachinery/validation/names.ts';
import { checkComplaints, checkEach, checkRequired, type Errors } from '../../validation/checks.ts';

export interface SelectorRules {
  /** Stored objects may keep label values that new ones may not have. */
  readonly allowInvalidValues: boolean;
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

export function checkAffinity(value: JsonValue | undefined, rules: SelectorRules, path: string, errors: Errors): void {
  const affinity = asObject(value);
  const nodes = asObject(affinity.nodeAffinity);
  const nodePath = `${path}.nodeAffinity`;
  if (isSet(nodes[REQUIRED])) checkNodeSelector(asObject(nodes[REQUIRED]), rules, `${nodePath}.${REQUIRED}`, errors);
  checkEach(nodes[PREFERRED], `${nodePath}.${PREFERRED}`, (term, termPath) => {
    checkWeight(term, termPath, errors);
    // A preference that matches nothing does no harm: its values may be anything.
    checkNodeSelectorTerm(asObject(term.preference), { allowInvalidValues: true }, `${termPath}.preference`, errors);
  });
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    const pods = asObject(affinity[kind]);
    checkEach(pods[REQUIRED], `${path}.${kind}.${REQUIRED}`, (term, termPath) => {
      checkPodAffinityTerm(term, rules, termPath, errors);
    });
    checkEach(pods[PREFERRED], `${path}.${kind}.${PREFERRED}`, (weighted, termPath) => {
      checkWeight(weighted, termPath, errors);
      checkPodAffinityTerm(asObject(weighted.podAffinityTerm), rules, `${termPath}.podAffinityTerm`, errors);
    });
  }
}

function checkWeight({ weight }: JsonObject, path: string, errors: Errors): void {
  if (asNumber(weight) > 0 && asNumber(weight) <= 100) return;
  errors.push(invalid(`${path}.weight`, weight ?? 0, 'must be in the range 1-100'));
}

export function checkNodeSelector(selector: JsonObject, rules: SelectorRules, path: string, errors: Errors): void {
  const termsPath = `${path}.nodeSelectorTerms`;
  if (asObjects(selector.nodeSelectorTerms).length === 0) {
    errors.push(required(termsPath, 'must have at least one node selector term'));
  }
  checkEach(selector.nodeSelectorTerms, termsPath, (term, termPath) => {
    checkNodeSelectorTerm(term, rules, termPath, errors);
  });
}

function checkNodeSelectorTerm(term: JsonObject, rules: SelectorRules, path: string, errors: Errors): void {
  checkEach(term.matchExpressions, `${path}.matchExpressions`, (requirement, itemPath) => {
    checkNodeRequirement(requirement, rules, itemPath, errors);
  });
  checkEach(term.matchFields, `${path}.matchFields`, (requirement, itemPath) => {
    checkNodeFieldRequirement(requirement, itemPath, errors);
  });
}

function checkNodeRequirement(requirement: JsonObject, rules: SelectorRules, path: string, errors: Errors): void {
  const values = asTexts(requirement.values);
  const operator = asText(requirement.operator);
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) {
      errors.push(required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
    }
  } else {
    errors.push(invalidTyped(`${path}.operator`, operator, 'not a valid selector operator'));
  }
  errors.push(...validateLabelName(asText(requirement.key), `${path}.key`));
  if (rules.allowInvalidValues) return;
  values.forEach((value, index) => checkComplaints(value, isLabelValue(value), `${path}.values[${index}]`, errors));
}

function checkNodeFieldRequirement(requirement: JsonObject, path: string, errors: Errors): void {
  const values = asTexts(requirement.values);
  const operator = asText(requirement.operator);
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalidTyped(`${path}.operator`, operator, 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(`${path}.values`, detail));
  }
  const key = asText(requirement.key);
  if (key !== 'metadata.name') {
    errors.push(invalid(`${path}.key`, key, 'not a valid field selector key'));
    return;
  }
  values.forEach((value, index) => {
    checkComplaints(value, isDns1123Subdomain(value), `${path}.values[${index}]`, errors);
  });
}

function checkPodAffinityTerm(term: JsonObject, rules: SelectorRules, path: string, errors: Errors): void {
  errors.push(...validateLabelSelector(term.labelSelector, `${path}.labelSelector`, rules));
  errors.push(...validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`, rules));
  for (const name of asTexts(term.namespaces)) {
    checkComplaints(name, validateDnsLabelName(name, false), `${path}.namespace`, errors);
  }
  checkMatchLabelKeys(term, path, errors);
  checkRequired(term.topologyKey, `${path}.topologyKey`, errors, 'can not be empty');
  errors.push(...validateLabelName(asText(term.topologyKey), `${path}.topologyKey`));
}

/** matchLabelKeys (and mismatchLabelKeys) beside the labelSelector that they extend. */
export function checkMatchLabelKeys(term: JsonObject, path: string, errors: Errors): void {
  const match = asTexts(term.matchLabelKeys);
  const mismatch = asTexts(term.mismatchLabelKeys);
  checkLabelKeys(match, term.labelSelector, `${path}.matchLabelKeys`, errors);
  checkLabelKeys(mismatch, term.labelSelector, `${path}.mismatchLabelKeys`, errors);
  const selector = asObject(term.labelSelector);
  // The server itself adds one expression for each key: only a second mention is the client's mistake.
  const mentioned = new Set(Object.keys(asObject(selector.matchLabels)));
  for (const { key } of asObjects(selector.matchExpressions)) {
    const index = match.lastIndexOf(asText(key));
    if (index >= 0 && mentioned.has(asText(key))) {
      errors.push(invalid(`${path}[${index}]`, asText(key), 'exists in both matchLabelKeys and labelSelector'));
    }
    mentioned.add(asText(key));
  }
  match.forEach((key, index) => {
    if (!mismatch.includes(key)) return;
    const detail = 'exists in both matchLabelKeys and mismatchLabelKeys';
    errors.push(invalid(`${path}.matchLabelKeys[${index}]`, key, detail));
  });
}

function checkLabelKeys(keys: readonly string[], selector: JsonValue | undefined, path: string, errors: Errors): void {
  if (keys.length === 0) return;
  if (!isSet(selector)) {
    errors.push(forbidden(path, 'must not be specified when labelSelector is not set'));
    return;
  }
  keys.forEach((key, index) => errors.push(...validateLabelName(key, `${path}[${index}]`)));
}
