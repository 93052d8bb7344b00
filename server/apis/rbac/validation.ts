/** Roles and bindings; names are any path segment. */
import { invalid, notSupportedText, required } from '../../apimachinery/errors/field-error.ts';
import { asList, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { isDns1123Subdomain, isPathSegmentName } from '../../apimachinery/validation/names.ts';
import { parsedSelector } from '../apps/workload.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkComplaints, checkEach, checkRequired, checkRequiredFormat, type Errors } from '../validation/checks.ts';

const GROUP = 'rbac.authorization.k8s.io';

interface RoleScope {
  readonly namespaced: boolean;
}

export function validateRole(role: KubeObject): Errors {
  const errors = finalizerErrors(role);
  checkRules(role, { namespaced: true }, errors);
  return errors;
}

export function validateClusterRole(role: KubeObject): Errors {
  return validateAggregated(role, { allowInvalidValues: false });
}

export function validateClusterRoleUpdate(role: KubeObject, old: KubeObject): Errors {
  const selectors = asList(asObject(old.aggregationRule).clusterRoleSelectors);
  const allowInvalidValues = selectors.some((selector) => validateLabelSelector(selector, '').length > 0);
  return validateAggregated(role, { allowInvalidValues });
}

function validateAggregated(role: KubeObject, rules: { readonly allowInvalidValues: boolean }): Errors {
  const errors = finalizerErrors(role);
  checkRules(role, { namespaced: false }, errors);
  if (!isSet(role.aggregationRule)) return errors;
  const path = 'aggregationRule.clusterRoleSelectors';
  const selectors = asList(asObject(role.aggregationRule).clusterRoleSelectors);
  if (selectors.length === 0) {
    errors.push(required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil'));
  }
  selectors.forEach((selector, index) => {
    errors.push(...validateLabelSelector(selector, `${path}[${index}]`, rules));
    if (parsedSelector(selector) === undefined)
      errors.push(invalid(`${path}[${index}]`, null, 'invalid label selector.'));
  });
  return errors;
}

function checkRules(role: KubeObject, scope: RoleScope, errors: Errors): void {
  checkEach(role.rules, 'rules', (rule, path) => checkRule(rule, scope, path, errors));
}

function checkRule(rule: JsonObject, scope: RoleScope, path: string, errors: Errors): void {
  const isEmpty = (field: string): boolean => asList(rule[field]).length === 0;
  if (isEmpty('verbs')) errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'));
  if (!isEmpty('nonResourceURLs')) {
    const urlPath = `${path}.nonResourceURLs`;
    if (scope.namespaced) {
      errors.push(invalid(urlPath, rule.nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
    }
    if (!isEmpty('apiGroups') || !isEmpty('resources') || !isEmpty('resourceNames')) {
      const detail = 'rules cannot apply to both regular resources and non-resource URLs';
      errors.push(invalid(urlPath, rule.nonResourceURLs, detail));
    }
    return;
  }
  if (isEmpty('apiGroups')) {
    errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  }
  if (isEmpty('resources')) {
    errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'));
  }
}

export function validateRoleBinding(binding: KubeObject): Errors {
  return validateBinding(binding, { namespaced: true });
}

export function validateClusterRoleBinding(binding: KubeObject): Errors {
  return validateBinding(binding, { namespaced: false });
}

function validateBinding(binding: KubeObject, scope: RoleScope): Errors {
  const errors = finalizerErrors(binding);
  const role = asObject(binding.roleRef);
  checkGroup(role, 'roleRef', errors);
  const kinds = scope.namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (!kinds.includes(asText(role.kind))) errors.push(notSupportedText('roleRef.kind', asText(role.kind), kinds));
  checkRequiredFormat(role.name, isPathSegmentName, 'roleRef.name', errors);
  checkEach(binding.subjects, 'subjects', (subject, path) => checkSubject(subject, scope, path, errors));
  return errors;
}

function checkGroup(reference: JsonObject, path: string, errors: Errors): void {
  const group = asText(reference.apiGroup);
  if (group !== GROUP) errors.push(notSupportedText(`${path}.apiGroup`, group, [GROUP]));
}

function checkSubject(subject: JsonObject, scope: RoleScope, path: string, errors: Errors): void {
  const name = asText(subject.name);
  checkRequired(name, `${path}.name`, errors);
  const kind = asText(subject.kind);
  if (kind === 'User' || kind === 'Group') checkGroup(subject, path, errors);
  else if (kind === 'ServiceAccount') {
    if (name !== '') checkComplaints(name, isDns1123Subdomain(name), `${path}.name`, errors);
    const group = asText(subject.apiGroup);
    if (group !== '') errors.push(notSupportedText(`${path}.apiGroup`, group, ['']));
    if (!scope.namespaced) checkRequired(subject.namespace, `${path}.namespace`, errors);
  } else {
    errors.push(notSupportedText(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group']));
  }
}

export function validateRoleKept(binding: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(binding);
  if (semanticallyEqual(binding.roleRef, old.roleRef)) return errors;
  const { apiGroup, kind, name } = asObject(binding.roleRef);
  const shown = { APIGroup: asText(apiGroup), Kind: asText(kind), Name: asText(name) };
  return [...errors, invalid('roleRef', shown, 'cannot change roleRef')];
}
