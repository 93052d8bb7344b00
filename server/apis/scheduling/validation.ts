/** PriorityClasses, PodGroups and Workloads. */
import { forbidden, invalid } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkEach, checkRequiredListed, type Errors } from '../validation/checks.ts';
import { checkConditions } from '../validation/conditions.ts';
import { checkImmutableTyped } from '../validation/internal-value.ts';

const SYSTEM_PREFIX = 'system-';
const MAX_USER_PRIORITY = 1_000_000_000;
const preemptionPolicies = ['PreemptLowerPriority', 'Never'] as const;

const systemClasses: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2_000_001_000],
  ['system-cluster-critical', 2_000_000_000],
]);

export function validatePriorityClass(priorityClass: KubeObject): Errors {
  const errors = finalizerErrors(priorityClass);
  const { name = '' } = priorityClass.metadata;
  const value = asNumber(priorityClass.value);
  if (name.startsWith(SYSTEM_PREFIX)) {
    const problem = systemClassProblem(name, value, priorityClass.globalDefault === true);
    if (problem !== undefined) {
      const reserved = `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only`;
      errors.push(forbidden('metadata.name', `${reserved}. error: ${problem}`));
    }
  } else if (value > MAX_USER_PRIORITY) {
    errors.push(forbidden('value', `maximum allowed value of a user defined priority is ${MAX_USER_PRIORITY}`));
  }
  if (isSet(priorityClass.preemptionPolicy)) {
    checkRequiredListed(priorityClass.preemptionPolicy, preemptionPolicies, 'preemptionPolicy', errors);
  }
  return errors;
}

function systemClassProblem(name: string, value: number, globalDefault: boolean): string | undefined {
  const expected = systemClasses.get(name);
  if (expected === undefined) return `${name} is not a known system priority class`;
  if (value !== expected) return `value of ${name} PriorityClass must be ${expected}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

export function validatePriorityClassUpdate(priorityClass: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(priorityClass);
  if (asNumber(priorityClass.value) !== asNumber(old.value)) {
    errors.push(forbidden('value', 'may not be changed in an update.'));
  }
  checkImmutableTyped('*S', priorityClass.preemptionPolicy, old.preemptionPolicy, 'preemptionPolicy', errors);
  return errors;
}

export function validatePodGroupStatusUpdate(group: KubeObject): Errors {
  const errors = finalizerErrors(group);
  const status = asObject(group.status);
  checkConditions(status.conditions, 'status.conditions', errors);
  const known = new Set(asObjects(asObject(group.spec).resourceClaims).map(({ name }) => asText(name)));
  checkEach(status.resourceClaimStatuses, 'status.resourceClaimStatuses', ({ name }, path) => {
    if (known.has(asText(name))) return;
    errors.push(invalid(`${path}.name`, asText(name), 'must match the name of an entry in `spec.resourceClaims`'));
  });
  return errors;
}
