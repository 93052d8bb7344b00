/** PodDisruptionBudgets. */
import { invalid } from '../../apimachinery/errors/field-error.ts';
import { asObject, isSet } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { checkAtMostAll, checkIntOrPercent } from '../apps/int-or-percent.ts';
import { checkNonNegative, checkOneOf, type Errors } from '../validation/checks.ts';
import { checkConditions } from '../validation/conditions.ts';

const evictionPolicies = ['AlwaysAllow', 'IfHealthyBudget'] as const;

export function validatePodDisruptionBudget(budget: KubeObject): Errors {
  return validateBudget(budget, { allowInvalidValues: false });
}

export function validatePodDisruptionBudgetUpdate(budget: KubeObject, old: KubeObject): Errors {
  const before = validateLabelSelector(asObject(old.spec).selector, '');
  return validateBudget(budget, { allowInvalidValues: before.length > 0 });
}

function validateBudget(budget: KubeObject, rules: { readonly allowInvalidValues: boolean }): Errors {
  const errors: Errors = [];
  const spec = asObject(budget.spec);
  if (isSet(spec.minAvailable) && isSet(spec.maxUnavailable)) {
    const shown = {
      MinAvailable: spec.minAvailable,
      Selector: spec.selector ?? null,
      MaxUnavailable: spec.maxUnavailable,
      UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
    };
    errors.push(invalid('spec', shown, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const field of ['minAvailable', 'maxUnavailable'] as const) {
    if (!isSet(spec[field])) continue;
    checkIntOrPercent(spec[field], `spec.${field}`, errors);
    checkAtMostAll(spec[field], `spec.${field}`, errors);
  }
  errors.push(...validateLabelSelector(spec.selector, 'spec.selector', rules));
  if (isSet(spec.unhealthyPodEvictionPolicy)) {
    checkOneOf(spec.unhealthyPodEvictionPolicy, evictionPolicies, 'spec.unhealthyPodEvictionPolicy', errors);
  }
  return errors;
}

export function validatePodDisruptionBudgetStatusUpdate(budget: KubeObject): Errors {
  const errors: Errors = [];
  const status = asObject(budget.status);
  checkConditions(status.conditions, 'status.conditions', errors);
  for (const field of ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const) {
    checkNonNegative(status[field], `status.${field}`, errors);
  }
  return errors;
}
