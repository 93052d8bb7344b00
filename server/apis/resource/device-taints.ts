/** Taints of devices, what tolerates them, and the rules that set them. */
import {
  invalid,
  notSupported,
  notSupportedInOrder,
  required,
  tooMany,
} from '../../apimachinery/errors/field-error.ts';
import { asList, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { isLabelValue, validateLabelName } from '../../apimachinery/validation/labels.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkCsiDriverName } from '../core/validation/volume-sources.ts';
import { checkComplaints, checkDnsLabel, checkRequiredOneOf, type Errors } from '../validation/checks.ts';
import { checkConditions } from '../validation/conditions.ts';
import { checkPoolName } from './device-names.ts';

const effects = ['NoSchedule', 'NoExecute', 'None'];
const MAX_CONDITIONS = 8;

export function checkDeviceTaint(taint: JsonObject, old: JsonObject | undefined, path: string, errors: Errors): void {
  errors.push(...validateLabelName(asText(taint.key), `${path}.key`));
  const value = asText(taint.value);
  if (value !== '') checkComplaints(value, isLabelValue(value), `${path}.value`, errors);
  if (old?.effect !== taint.effect) checkRequiredOneOf(taint.effect, effects, `${path}.effect`, errors);
}

export function checkDeviceToleration(toleration: JsonObject, path: string, errors: Errors): void {
  const key = asText(toleration.key);
  const value = asText(toleration.value);
  const operator = asText(toleration.operator);
  if (key !== '') errors.push(...validateLabelName(key, `${path}.key`));
  if (operator === 'Exists') {
    if (value !== '') errors.push(invalid(`${path}.value`, value, 'must be empty for operator `Exists`'));
  } else if (operator === 'Equal') checkComplaints(value, isLabelValue(value), `${path}.value`, errors);
  else if (operator === '') errors.push(required(`${path}.operator`));
  else errors.push(notSupportedInOrder(`${path}.operator`, operator, ['Equal', 'Exists']));
  const effect = asText(toleration.effect);
  if (effect !== '' && !effects.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, effects));
}

export function validateDeviceTaintRule(rule: KubeObject): Errors {
  return validateRule(rule, undefined);
}

export function validateDeviceTaintRuleUpdate(rule: KubeObject, old: KubeObject): Errors {
  return validateRule(rule, asObject(old.spec));
}

function validateRule(rule: KubeObject, before: JsonObject | undefined): Errors {
  const errors = finalizerErrors(rule);
  const spec = asObject(rule.spec);
  const { driver, pool, device } = asObject(spec.deviceSelector);
  if (isSet(driver)) checkCsiDriverName(asText(driver), 'spec.deviceSelector.driver', errors);
  if (isSet(pool)) checkPoolName(pool, 'spec.deviceSelector.pool', errors);
  if (isSet(device)) checkDnsLabel(device, 'spec.deviceSelector.device', errors);
  const oldTaint = before === undefined ? undefined : asObject(before.taint);
  checkDeviceTaint(asObject(spec.taint), oldTaint, 'spec.taint', errors);
  return errors;
}

export function validateDeviceTaintRuleStatusUpdate(rule: KubeObject): Errors {
  const errors = finalizerErrors(rule);
  const { conditions } = asObject(rule.status);
  checkConditions(conditions, 'status.conditions', errors);
  const { length } = asList(conditions);
  if (length > MAX_CONDITIONS) errors.push(tooMany('status.conditions', length, MAX_CONDITIONS));
  return errors;
}
