/** ResourceSlices: the devices that a driver offers, and the counters that they share. */
import { invalid, required, tooMany } from '../../apimachinery/errors/field-error.ts';
import { asList, asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { isDns1123Label } from '../../apimachinery/validation/names.ts';
import { checkNodeSelector } from '../core/validation/affinity.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkCsiDriverName } from '../core/validation/volume-sources.ts';
import {
  checkComplaints,
  checkDnsLabel,
  checkDnsSubdomain,
  checkImmutable,
  checkRequiredFormat,
  type Errors,
} from '../validation/checks.ts';
import { asInternal, checkImmutableTyped } from '../validation/internal-value.ts';
import { checkAttributes, checkCapacities } from './device-attributes.ts';
import { checkBindingConditions, checkPoolName, checkStructs, nameOf } from './device-names.ts';
import { checkDeviceTaint } from './device-taints.ts';
import { asSent } from '../../apimachinery/schema/sent-empties.ts';

const MAX_DEVICES = 128;
/** Where taints, counters or lists make devices larger. */
const MAX_LARGE_DEVICES = 64;
const MAX_COUNTER_SETS = 8;
const MAX_COUNTERS = 32;
const MAX_CONSUMPTIONS = 2;
const MAX_TAINTS = 16;
const strictSelector = { allowInvalidValues: false };

export function validateResourceSlice(slice: KubeObject): Errors {
  return validateSlice(slice, undefined);
}

export function validateResourceSliceUpdate(slice: KubeObject, old: KubeObject): Errors {
  return validateSlice(slice, asObject(old.spec));
}

function validateSlice(slice: KubeObject, before: JsonObject | undefined): Errors {
  const errors = finalizerErrors(slice);
  const spec = asObject(slice.spec);
  checkCsiDriverName(asText(spec.driver), 'spec.driver', errors);
  checkPool(asObject(spec.pool), 'spec.pool', errors);
  if (before !== undefined) {
    checkImmutable(asObject(spec.pool).name, asObject(before.pool).name, 'spec.pool.name', errors);
    checkImmutable(spec.driver, before.driver, 'spec.driver', errors);
    checkImmutableTyped('*s', spec.nodeName, before.nodeName, 'spec.nodeName', errors);
  }
  checkWhere(spec, errors);
  if (isSet(asSent(spec, 'sharedCounters')) && isSet(asSent(spec, 'devices'))) {
    errors.push(invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed'));
  }
  checkDevices(spec, before, errors);
  const sets = { max: MAX_COUNTER_SETS, keyOf: nameOf };
  checkStructs(spec.sharedCounters, sets, 'spec.sharedCounters', errors, (set, path) => {
    checkRequiredFormat(set.name, isDns1123Label, `${path}.name`, errors);
    checkCounters(set.counters, `${path}.counters`, errors);
  });
  return errors;
}

function checkPool(pool: JsonObject, path: string, errors: Errors): void {
  checkPoolName(pool.name, `${path}.name`, errors);
  const { resourceSliceCount: count = 0, generation } = pool;
  if (asNumber(count) <= 0) errors.push(invalid(`${path}.resourceSliceCount`, count, 'must be greater than zero'));
  if (asNumber(generation) < 0) {
    errors.push(invalid(`${path}.generation`, generation, 'must be greater than or equal to zero'));
  }
}

/** One way to say on which nodes the devices are. */
function checkWhere(spec: JsonObject, errors: Errors): void {
  const given: string[] = [];
  const { nodeName, nodeSelector } = spec;
  if (isSet(nodeName)) {
    if (nodeName === '') {
      errors.push(invalid('spec.nodeName', nodeName, 'must be either unset or set to a non-empty string'));
    } else {
      given.push('`nodeName`');
      checkDnsSubdomain(nodeName, 'spec.nodeName', errors);
    }
  }
  if (isSet(nodeSelector)) {
    given.push('`nodeSelector`');
    const path = 'spec.nodeSelector';
    checkNodeSelector(asObject(nodeSelector), strictSelector, path, errors);
    const { nodeSelectorTerms: terms } = asObject(nodeSelector);
    if (asList(terms).length !== 1) {
      const shown = asInternal('[]core.NodeSelectorTerm', terms);
      errors.push(invalid(`${path}.nodeSelectorTerms`, shown, 'must have exactly one node selector term'));
    }
  }
  for (const field of ['allNodes', 'perDeviceNodeSelection']) {
    if (spec[field] === true) given.push(`\`${field}\``);
    else if (isSet(spec[field])) errors.push(invalid(`spec.${field}`, false, 'must be either unset or set to true'));
  }
  const detail = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
  if (given.length === 0) errors.push(required('spec', detail));
  if (given.length > 1) {
    errors.push(invalid('spec', `{${given.join(', ')}}`, `${detail}, but multiple fields are set`));
  }
}

function checkDevices(spec: JsonObject, before: JsonObject | undefined, errors: Errors): void {
  const devices = asObjects(spec.devices);
  const isLarge = devices.some(
    (device) => asList(device.taints).length > 0 || asList(device.consumesCounters).length > 0,
  );
  const rules = { max: isLarge ? MAX_LARGE_DEVICES : MAX_DEVICES, keyOf: nameOf };
  checkStructs(spec.devices, rules, 'spec.devices', errors, (device, devicePath) => {
    const old = asObjects(before?.devices).find((other) => other.name === device.name);
    checkDevice(device, old, spec.perDeviceNodeSelection === true, devicePath, errors);
  });
}

function checkDevice(
  device: JsonObject,
  old: JsonObject | undefined,
  choosesNodes: boolean,
  path: string,
  errors: Errors,
): void {
  checkDnsLabel(device.name, `${path}.name`, errors);
  checkAttributes(device, path, errors);
  checkCapacities(device, `${path}.capacity`, errors);
  if (old === undefined || !semanticallyEqual(old.taints, device.taints)) {
    checkStructs(device.taints, { max: MAX_TAINTS }, `${path}.taints`, errors, (taint, taintPath) => {
      checkDeviceTaint(taint, undefined, taintPath, errors);
    });
  }
  const consumptions = { max: MAX_CONSUMPTIONS, keyOf: ({ counterSet }: JsonObject) => asText(counterSet) };
  checkStructs(device.consumesCounters, consumptions, `${path}.consumesCounters`, errors, (one, onePath) => {
    checkRequiredFormat(one.counterSet, isDns1123Label, `${onePath}.counterSet`, errors);
    checkCounters(one.counters, `${onePath}.counters`, errors);
  });
  if (choosesNodes) checkDeviceWhere(device, path, errors);
  else if (['nodeName', 'nodeSelector', 'allNodes'].some((field) => isSet(device[field]))) {
    const detail =
      '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
    errors.push(invalid(path, null, detail));
  }
  checkBindingConditions(device, path, errors);
}

function checkDeviceWhere(device: JsonObject, path: string, errors: Errors): void {
  const given: string[] = [];
  const { nodeName, nodeSelector, allNodes } = device;
  if (isSet(nodeName)) {
    if (nodeName === '') errors.push(invalid(`${path}.nodeName`, nodeName, 'must not be empty'));
    else {
      given.push('`nodeName`');
      checkDnsSubdomain(nodeName, `${path}.nodeName`, errors);
    }
  }
  if (isSet(nodeSelector)) {
    given.push('`nodeSelector`');
    checkNodeSelector(asObject(nodeSelector), strictSelector, `${path}.nodeSelector`, errors);
  }
  if (allNodes === true) given.push('`allNodes`');
  else if (isSet(allNodes)) errors.push(invalid(`${path}.allNodes`, false, 'must be either unset or set to true'));
  if (given.length === 1) return;
  const detail =
    'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
  if (given.length === 0) errors.push(required(path, detail));
  else errors.push(invalid(path, `{${given.join(', ')}}`, detail));
}

function checkCounters(counters: JsonValue | undefined, path: string, errors: Errors): void {
  const names = Object.keys(asObject(counters));
  if (names.length === 0) errors.push(required(path));
  else if (names.length > MAX_COUNTERS) errors.push(tooMany(path, names.length, MAX_COUNTERS));
  else for (const name of asTexts(names)) checkComplaints(name, isDns1123Label(name), path, errors);
}
