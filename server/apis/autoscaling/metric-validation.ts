/** Metrics that an autoscaler follows. */
import { forbidden, invalid, invalidTyped, notSupported, required } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { quantitySign } from '../../apimachinery/quantity/arithmetic.ts';
import { isPathSegmentName } from '../../apimachinery/validation/names.ts';
import { checkContainerResourceName, checkKnownToContainers } from '../core/validation/resource-names.ts';
import { checkComplaints, checkDnsLabel, checkRequired, type Errors } from '../validation/checks.ts';
import { quantityOf } from '../validation/quantities.ts';
import { checkReference, type ReferenceRules } from './object-reference.ts';
import { isQualifiedName } from '../../apimachinery/validation/labels.ts';

type CheckSource = (source: JsonObject, path: string, errors: Errors, rules: ReferenceRules) => void;

/** In the order in which upstream looks at them. */
const sources: readonly { readonly field: string; readonly type: string; readonly check: CheckSource }[] = [
  { field: 'object', type: 'Object', check: checkObjectSource },
  { field: 'external', type: 'External', check: checkExternalSource },
  { field: 'pods', type: 'Pods', check: checkPodsSource },
  { field: 'resource', type: 'Resource', check: checkResourceSource },
  { field: 'containerResource', type: 'ContainerResource', check: checkContainerResourceSource },
];
const types = sources.map(({ type }) => type);

export function checkMetricSpec(metric: JsonObject, rules: ReferenceRules, path: string, errors: Errors): void {
  const type = asText(metric.type);
  const expected = sources.find((source) => source.type === type);
  if (type === '') errors.push(required(`${path}.type`, 'must specify a metric source type'));
  if (expected === undefined) errors.push(notSupported(`${path}.type`, type, types));
  const present = sources.filter(({ field }) => isSet(metric[field]));
  const [first] = present;
  if (first !== undefined) first.check(asObject(metric[first.field]), `${path}.${first.field}`, errors, rules);
  if (expected === undefined) errors.push(notSupported(`${path}.type`, type, types));
  else if (!present.includes(expected)) {
    errors.push(required(`${path}.${expected.field}`, 'must populate information for the given metric source'));
  }
  if (present.length === 1) return;
  for (const source of present) {
    if (source === expected) continue;
    errors.push(forbidden(`${path}.${source.field}`, 'must populate the given metric source only'));
  }
}

function checkObjectSource(source: JsonObject, path: string, errors: Errors, rules: ReferenceRules): void {
  checkReference(asObject(source.describedObject), rules, `${path}.describedObject`, errors);
  const { value, averageValue } = checkMetricAndTarget(source, path, errors);
  if (!isSet(value) && !isSet(averageValue)) {
    errors.push(required(`${path}.target.averageValue`, 'must set either a target value or averageValue'));
  }
}

function checkExternalSource(source: JsonObject, path: string, errors: Errors): void {
  const { value, averageValue } = checkMetricAndTarget(source, path, errors);
  if (!isSet(value) && !isSet(averageValue)) {
    const detail = 'must set either a target value for metric or a per-pod target';
    errors.push(required(`${path}.target.averageValue`, detail));
  }
  if (isSet(value) && isSet(averageValue)) {
    const detail = 'may not set both a target value for metric and a per-pod target';
    errors.push(forbidden(`${path}.target.value`, detail));
  }
}

function checkPodsSource(source: JsonObject, path: string, errors: Errors): void {
  const { averageValue } = checkMetricAndTarget(source, path, errors);
  if (!isSet(averageValue)) {
    errors.push(required(`${path}.target.averageValue`, 'must specify a positive target averageValue'));
  }
}

function checkContainerResourceSource(source: JsonObject, path: string, errors: Errors): void {
  if (checkRequired(source.name, `${path}.name`, errors, 'must specify a resource name')) {
    const name = asText(source.name);
    const complaints = isQualifiedName(name);
    // Upstream has a second implementation of these checks, which quotes a malformed name as plain text.
    if (complaints.length === 0) checkContainerResourceName(name, `${path}.name`, errors);
    else {
      checkComplaints(name, complaints, `${path}.name`, errors);
      checkKnownToContainers(name, `${path}.name`, errors);
    }
  }
  if (checkRequired(source.container, `${path}.container`, errors, 'must specify a container')) {
    checkDnsLabel(source.container, `${path}.container`, errors);
  }
  checkUtilizationTarget(source, path, errors);
}

function checkResourceSource(source: JsonObject, path: string, errors: Errors): void {
  checkRequired(source.name, `${path}.name`, errors, 'must specify a resource name');
  checkUtilizationTarget(source, path, errors);
}

function checkUtilizationTarget(source: JsonObject, path: string, errors: Errors): void {
  const target = asObject(source.target);
  checkTarget(target, `${path}.target`, errors);
  const hasUtilization = isSet(target.averageUtilization);
  const hasValue = isSet(target.averageValue);
  if (!hasUtilization && !hasValue) {
    const detail = 'must set either a target raw value or a target utilization';
    errors.push(required(`${path}.target.averageUtilization`, detail));
  }
  if (hasUtilization && hasValue) {
    const detail = 'may not set both a target raw value and a target utilization';
    errors.push(forbidden(`${path}.target.averageValue`, detail));
  }
}

/** The target, once checked. */
function checkMetricAndTarget(source: JsonObject, path: string, errors: Errors): JsonObject {
  const { name } = asObject(source.metric);
  if (checkRequired(name, `${path}.metric.name`, errors, 'must specify a metric name')) {
    checkComplaints(name, isPathSegmentName(asText(name)), `${path}.metric.name`, errors);
  }
  const target = asObject(source.target);
  checkTarget(target, `${path}.target`, errors);
  return target;
}

function checkTarget(target: JsonObject, path: string, errors: Errors): void {
  const type = asText(target.type);
  if (type === '') errors.push(required(`${path}.type`, 'must specify a metric target type'));
  if (type !== 'Utilization' && type !== 'Value' && type !== 'AverageValue') {
    errors.push(invalidTyped(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  }
  for (const field of ['value', 'averageValue']) {
    if (!isSet(target[field])) continue;
    if (quantitySign(quantityOf(target[field])) !== 1) {
      errors.push(invalid(`${path}.${field}`, target[field], 'must be positive'));
    }
  }
  const { averageUtilization } = target;
  if (isSet(averageUtilization) && asNumber(averageUtilization) < 1) {
    errors.push(invalid(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0'));
  }
}
