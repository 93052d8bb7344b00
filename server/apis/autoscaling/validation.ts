/** HorizontalPodAutoscalers, in the shape of autoscaling/v2. */
import { forbidden, invalid, required } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkEach, checkNonNegative, checkOneOf, type Errors, NOT_POSITIVE_MESSAGE } from '../validation/checks.ts';
import { checkNonNegativeQuantity, quantityOf } from '../validation/quantities.ts';
import { checkMetricSpec } from './metric-validation.ts';
import { apiVersionProblem, checkReference, type ReferenceRules } from './object-reference.ts';

const MAX_PERIOD_SECONDS = 1800;
const MAX_STABILIZATION_WINDOW_SECONDS = 3600;

export function validateHorizontalPodAutoscaler(autoscaler: KubeObject): Errors {
  return validateUnder(autoscaler, undefined);
}

export function validateHorizontalPodAutoscalerUpdate(autoscaler: KubeObject, old: KubeObject): Errors {
  return validateUnder(autoscaler, asObject(old.spec));
}

export function validateHorizontalPodAutoscalerStatusUpdate(autoscaler: KubeObject): Errors {
  const errors = finalizerErrors(autoscaler);
  const status = asObject(autoscaler.status);
  checkNonNegative(status.currentReplicas, 'status.currentReplicas', errors);
  checkNonNegative(status.desiredReplicas, 'status.desiredReplicas', errors);
  return errors;
}

function validateUnder(autoscaler: KubeObject, before: JsonObject | undefined): Errors {
  const errors = finalizerErrors(autoscaler);
  const spec = asObject(autoscaler.spec);
  checkReplicas(spec, before?.minReplicas === 0 ? 0 : 1, errors);
  checkReference(asObject(spec.scaleTargetRef), targetRules(spec, before), 'spec.scaleTargetRef', errors);
  const metricRules = metricReferenceRules(before);
  checkEach(spec.metrics, 'spec.metrics', (metric, path) => checkMetricSpec(metric, metricRules, path, errors));
  const scalesFromZero = asObjects(spec.metrics).some(({ type }) => type === 'Object' || type === 'External');
  if (spec.minReplicas === 0 && !scalesFromZero) {
    const detail = 'must specify at least one Object or External metric to support scaling to zero replicas';
    errors.push(forbidden('spec.metrics', detail));
  }
  const behavior = asObject(spec.behavior);
  for (const direction of ['scaleUp', 'scaleDown']) {
    if (isSet(behavior[direction])) checkRules(asObject(behavior[direction]), `spec.behavior.${direction}`, errors);
  }
  return errors;
}

function checkReplicas({ minReplicas: min, maxReplicas }: JsonObject, lowest: number, errors: Errors): void {
  const max = asNumber(maxReplicas);
  const path = 'spec.maxReplicas';
  if (isSet(min) && asNumber(min) < lowest) {
    errors.push(invalid('spec.minReplicas', min, `must be greater than or equal to ${lowest}`));
  }
  if (max === 0) errors.push(required(path, 'must be set and greater than 0'));
  else if (max < 0) errors.push(invalid(path, max, 'must be greater than or equal to 1'));
  if (isSet(min) && max < asNumber(min)) {
    errors.push(invalid(path, max, 'must be greater than or equal to `minReplicas`'));
  }
}

function targetRules(spec: JsonObject, before: JsonObject | undefined): ReferenceRules {
  const { apiVersion, kind } = asObject(spec.scaleTargetRef);
  const old = asObject(before?.scaleTargetRef);
  const isKept =
    before !== undefined && asText(old.apiVersion) === asText(apiVersion) && asText(old.kind) === asText(kind);
  return { allowInvalid: isKept, allowNoGroup: kind === 'ReplicationController' };
}

function metricReferenceRules(before: JsonObject | undefined): ReferenceRules {
  const allowInvalid = asObjects(before?.metrics).some((metric) => {
    if (metric.type !== 'Object' || !isSet(metric.object)) return false;
    const { apiVersion } = asObject(asObject(metric.object).describedObject);
    return apiVersionProblem(asText(apiVersion), { allowNoGroup: true, allowInvalid: false }) !== undefined;
  });
  return { allowNoGroup: true, allowInvalid };
}

function checkRules(rules: JsonObject, path: string, errors: Errors): void {
  const { stabilizationWindowSeconds: window, selectPolicy } = rules;
  const windowPath = `${path}.stabilizationWindowSeconds`;
  if (asNumber(window) < 0) errors.push(invalid(windowPath, window, 'must be greater than or equal to zero'));
  checkAtMost(window, MAX_STABILIZATION_WINDOW_SECONDS, windowPath, errors);
  if (isSet(selectPolicy)) checkOneOf(selectPolicy, ['Max', 'Min', 'Disabled'], `${path}.selectPolicy`, errors);
  if (asObjects(rules.policies).length === 0) {
    errors.push(required(`${path}.policies`, 'must specify at least one Policy'));
  }
  checkEach(rules.policies, `${path}.policies`, (policy, policyPath) => {
    const { type, value, periodSeconds } = policy;
    checkOneOf(type, ['Pods', 'Percent'], `${policyPath}.type`, errors);
    if (asNumber(value) <= 0) errors.push(invalid(`${policyPath}.value`, asNumber(value), NOT_POSITIVE_MESSAGE));
    const periodPath = `${policyPath}.periodSeconds`;
    if (asNumber(periodSeconds) <= 0) {
      errors.push(invalid(periodPath, asNumber(periodSeconds), NOT_POSITIVE_MESSAGE));
    }
    checkAtMost(periodSeconds, MAX_PERIOD_SECONDS, periodPath, errors);
  });
  if (isSet(rules.tolerance)) checkNonNegativeQuantity(quantityOf(rules.tolerance), `${path}.tolerance`, errors);
}

function checkAtMost(value: JsonValue | undefined, limit: number, path: string, errors: Errors): void {
  if (asNumber(value) > limit) errors.push(invalid(path, value, `must be less than or equal to ${limit}`));
}
