/** ResourceQuotas. */
import { invalid, invalidTyped, required } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asObjects, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { compareQuantities } from '../../../apimachinery/quantity/arithmetic.ts';
import { formatQuantity } from '../../../apimachinery/quantity/quantity.ts';
import { asSent } from '../../../apimachinery/schema/sent-empties.ts';
import { FIELD_IMMUTABLE_MESSAGE } from '../../../apimachinery/validation/immutable-field.ts';
import type { Errors } from '../../validation/checks.ts';
import { quantityEntries, quantityOf } from '../../validation/quantities.ts';
import { finalizerErrors } from './finalizers.ts';
import { checkQuotaResourceName, isStandardQuotaResource } from './resource-names.ts';
import { checkResourceQuantity } from './resource-requirements.ts';
import { asInternal } from '../../validation/internal-value.ts';

const podResources = [
  'pods',
  'cpu',
  'memory',
  'limits.cpu',
  'limits.memory',
  'requests.cpu',
  'requests.memory',
] as const;

/** What each scope can be counted for. */
const scopes: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['Terminating', podResources],
  ['NotTerminating', podResources],
  ['BestEffort', ['pods']],
  ['NotBestEffort', podResources],
  ['PriorityClass', podResources],
  ['CrossNamespacePodAffinity', podResources],
  ['VolumeAttributesClass', ['persistentvolumeclaims', 'requests.storage']],
]);
const existsOnly = [
  'BestEffort',
  'NotBestEffort',
  'Terminating',
  'NotTerminating',
  'CrossNamespacePodAffinity',
] as const;
const contradictions = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

export function validateResourceQuota(quota: KubeObject): Errors {
  const errors = finalizerErrors(quota);
  checkQuotaSpec(asObject(quota.spec), errors);
  checkQuotaStatus(asObject(quota.status), errors);
  return errors;
}

export function validateResourceQuotaUpdate(quota: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(quota);
  const spec = asObject(quota.spec);
  checkQuotaSpec(spec, errors);
  const before = new Set(asTexts(asObject(old.spec).scopes));
  const now = new Set(asTexts(spec.scopes));
  if (before.symmetricDifference(now).size > 0) {
    errors.push(invalid('spec.scopes', asSent(spec, 'scopes') ?? null, FIELD_IMMUTABLE_MESSAGE));
  }
  return errors;
}

export function validateResourceQuotaStatusUpdate(quota: KubeObject): Errors {
  const errors = finalizerErrors(quota);
  checkQuotaStatus(asObject(quota.status), errors);
  return errors;
}

function checkQuotaStatus(status: JsonObject, errors: Errors): void {
  checkAmounts(status.hard, 'status.hard', errors);
  checkAmounts(status.used, 'status.used', errors);
}

function checkAmounts(list: JsonValue | undefined, path: string, errors: Errors): void {
  for (const [name, quantity] of quantityEntries(list)) {
    checkQuotaResourceName(name, `${path}[${name}]`, errors);
    checkResourceQuantity(name, quantity, `${path}[${name}]`, errors);
  }
}

function checkQuotaSpec(spec: JsonObject, errors: Errors): void {
  checkAmounts(spec.hard, 'spec.hard', errors);
  const resources = Object.keys(asObject(spec.hard)).sort();
  const path = 'spec.scopes';
  const listed = asTexts(spec.scopes);
  for (const scope of listed) {
    if (!scopes.has(scope)) errors.push(invalid(path, [...listed], 'unsupported scope'));
    for (const _resource of unsupportedBy(scope, resources)) {
      errors.push(invalid(path, [...listed], 'unsupported scope applied to resource'));
    }
  }
  checkContradictions(listed, spec, path, errors);
  if (isSet(spec.scopeSelector)) checkScopeSelector(asObject(spec.scopeSelector), spec, resources, errors);
}

function unsupportedBy(scope: string, resources: readonly string[]): readonly string[] {
  const supported = scopes.get(scope);
  if (supported === undefined) return [];
  return resources.filter((name) => isStandardQuotaResource(name) && !supported.includes(name));
}

function checkContradictions(listed: readonly string[], spec: JsonObject, path: string, errors: Errors): void {
  for (const [a, b] of contradictions) {
    if (listed.includes(a) && listed.includes(b)) {
      errors.push(invalid(path, spec.scopes ?? null, 'conflicting scopes'));
    }
  }
}

function checkScopeSelector(
  selector: JsonObject,
  spec: JsonObject,
  resources: readonly string[],
  errors: Errors,
): void {
  const path = 'spec.scopeSelector.matchExpressions';
  const requirements = asObjects(selector.matchExpressions);
  const internalSelector = {
    MatchExpressions: asInternal('[]core.ScopedResourceSelectorRequirement', selector.matchExpressions),
  };
  for (const requirement of requirements) {
    const scope = asText(requirement.scopeName);
    const operator = asText(requirement.operator);
    const values = asTexts(requirement.values);
    if (!scopes.has(scope)) errors.push(invalidTyped(`${path}.scopeName`, scope, 'unsupported scope'));
    for (const _resource of unsupportedBy(scope, resources)) {
      errors.push(invalid(path, internalSelector, 'unsupported scope applied to resource'));
    }
    if (existsOnly.some((known) => known === scope) && operator !== 'Exists') {
      const names =
        'ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity';
      errors.push(invalidTyped(`${path}.operator`, operator, `must be 'Exists' when scope is any of ${names}`));
    }
    checkOperator(operator, values, path, errors);
  }
  checkContradictions(
    requirements.map(({ scopeName }) => asText(scopeName)),
    spec,
    path,
    errors,
  );
}

function checkOperator(operator: string, values: readonly string[], path: string, errors: Errors): void {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length > 0) return;
    const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    errors.push(required(`${path}.values`, detail));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length === 0) return;
    const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    errors.push(invalid(`${path}.values`, [...values], detail));
  } else {
    errors.push(invalidTyped(`${path}.operator`, operator, 'not a valid selector operator'));
  }
}

/** Requests that are above their limits can never be used up. */
export function resourceQuotaWarnings(quota: KubeObject): string[] {
  const hard = asObject(asObject(quota.spec).hard);
  return ['cpu', 'memory', 'ephemeral-storage'].flatMap((name) => {
    const plain = name === 'ephemeral-storage' ? undefined : name;
    const requestName = [`requests.${name}`, plain].find((key) => key !== undefined && isSet(hard[key]));
    const limitName = `limits.${name}`;
    if (requestName === undefined || !isSet(hard[limitName])) return [];
    const request = quantityOf(hard[requestName]);
    const limit = quantityOf(hard[limitName]);
    if (compareQuantities(request, limit) <= 0) return [];
    const [a, b] = [formatQuantity(request), formatQuantity(limit)];
    return [`ResourceQuota ${requestName} (${a}) should be less than ${limitName} (${b})`];
  });
}
