/** Which requests webhooks and policies are called for: operations, groups, versions, resources. */
import { duplicate, invalid, notSupported, required, tooMany } from '../../apimachinery/errors/field-error.ts';
import { asList, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { isPathSegmentName } from '../../apimachinery/validation/names.ts';
import { BOOLEAN_RESULT, checkExpression } from './expressions.ts';
import { checkComplaints, checkEach, checkOneOf, checkQualifiedName, type Errors } from '../validation/checks.ts';

const operations = ['*', 'CREATE', 'UPDATE', 'DELETE', 'CONNECT'];
/** Deleting leaves nothing to mutate. */
const mutatingOperations = ['*', 'CREATE', 'UPDATE', 'CONNECT'];
const scopes = ['Cluster', 'Namespaced', '*'];
const MAX_MATCH_CONDITIONS = 64;

export const failurePolicies = ['Ignore', 'Fail'];
export const matchPolicies = ['Exact', 'Equivalent'];
export const reinvocationPolicies = ['Never', 'IfNeeded'];

export function checkRuleWithOperations(rule: JsonObject, path: string, errors: Errors): void {
  checkWildcardAlone(rule.operations, 'operations', `${path}.operations`, errors);
  asTexts(rule.operations).forEach((operation, index) => {
    checkOneOf(operation, operations, `${path}.operations[${index}]`, errors);
  });
  checkWildcardAlone(rule.apiGroups, 'API groups', `${path}.apiGroups`, errors);
  checkWildcardAlone(rule.apiVersions, 'API versions', `${path}.apiVersions`, errors);
  asTexts(rule.apiVersions).forEach((version, index) => {
    if (version === '') errors.push(required(`${path}.apiVersions[${index}]`));
  });
  checkResources(asTexts(rule.resources), `${path}.resources`, errors);
  if (isSet(rule.scope)) checkOneOf(rule.scope, scopes, `${path}.scope`, errors);
}

/** A list that must not be empty, nor name anything beside "*". */
function checkWildcardAlone(list: JsonValue | undefined, what: string, path: string, errors: Errors): void {
  const values = asTexts(list);
  if (values.length === 0) errors.push(required(path));
  if (values.length > 1 && values.includes('*')) {
    errors.push(invalid(path, [...values], `if '*' is present, must not specify other ${what}`));
  }
}

/** What a wildcard covers already must not be named again after it. */
function checkResources(resources: readonly string[], path: string, errors: Errors): void {
  if (resources.length === 0) errors.push(required(path));
  const covered = new Set<string>();
  let lastIsPlain = false;
  resources.forEach((resource, index) => {
    const itemPath = `${path}[${index}]`;
    if (resource === '') {
      errors.push(required(itemPath));
      return;
    }
    const slash = resource.indexOf('/');
    if (slash < 0) {
      // Upstream remembers only the last of those without a subresource.
      lastIsPlain = resource !== '*';
      return;
    }
    const name = resource.slice(0, slash);
    const subresource = resource.slice(slash + 1);
    for (const wildcard of [`${name}/*`, `*/${subresource}`]) {
      if (!covered.has(wildcard)) continue;
      errors.push(invalid(itemPath, resource, `if '${wildcard}' is present, must not specify ${resource}`));
    }
    if (name === '*' || subresource === '*') covered.add(resource);
  });
  if (resources.length > 1 && resources.includes('*/*')) {
    errors.push(invalid(path, [...resources], "if '*/*' is present, must not specify other resources"));
  }
  if (resources.includes('*') && lastIsPlain) {
    const detail = "if '*' is present, must not specify other resources without subresources";
    errors.push(invalid(path, [...resources], detail));
  }
}

/** Of policies and their bindings. */
export function checkMatchResources(match: JsonObject, path: string, errors: Errors): void {
  if (isSet(match.matchPolicy)) checkOneOf(match.matchPolicy, matchPolicies, `${path}.matchPolicy`, errors);
  else errors.push(required(`${path}.matchPolicy`));
  for (const selector of ['namespaceSelector', 'objectSelector']) {
    if (isSet(match[selector])) errors.push(...validateLabelSelector(match[selector], `${path}.${selector}`));
    else errors.push(required(`${path}.${selector}`));
  }
  for (const list of ['resourceRules', 'excludeResourceRules']) {
    checkEach(match[list], `${path}.${list}`, (rule, rulePath) => checkNamedRule(rule, rulePath, errors));
  }
}

export function checkMutatingOperations(match: JsonObject, path: string, errors: Errors): void {
  for (const rule of asObjects(match.resourceRules)) {
    for (const operation of asTexts(rule.operations)) {
      if (mutatingOperations.includes(operation)) continue;
      errors.push(notSupported(`${path}.resourceRules.operations`, operation, mutatingOperations));
    }
  }
}

function checkNamedRule(rule: JsonObject, path: string, errors: Errors): void {
  const names = new Set<string>();
  asTexts(rule.resourceNames).forEach((name, index) => {
    const namePath = `${path}.resourceNames[${index}]`;
    checkComplaints(name, isPathSegmentName(name), namePath, errors);
    if (names.has(name)) errors.push(duplicate(namePath, name));
    names.add(name);
  });
  checkRuleWithOperations(rule, path, errors);
}

export function checkMatchConditions(
  conditions: JsonValue | undefined,
  scope: { readonly hasParams: boolean },
  path: string,
  errors: Errors,
): void {
  const { length } = asList(conditions);
  if (length > MAX_MATCH_CONDITIONS) errors.push(tooMany(path, length, MAX_MATCH_CONDITIONS));
  const names = new Set<string>();
  checkEach(conditions, path, (condition, itemPath) => {
    const name = asText(condition.name);
    const expression = asText(condition.expression).trim();
    const expressionPath = `${itemPath}.expression`;
    if (expression === '') errors.push(required(expressionPath));
    else checkExpression(expression, { ...scope, hasAuthorizer: true }, BOOLEAN_RESULT, expressionPath, errors);
    if (name === '') errors.push(required(`${itemPath}.name`));
    else {
      checkQualifiedName(name, `${itemPath}.name`, errors);
      if (names.has(name)) errors.push(duplicate(`${itemPath}.name`, name));
      names.add(name);
    }
  });
}
