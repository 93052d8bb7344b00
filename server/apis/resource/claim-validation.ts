/** ResourceClaims, their templates, and DeviceClasses. */
import {
  forbidden,
  invalid,
  notSupportedInOrder,
  required,
  tooLong,
  tooMany,
} from '../../apimachinery/errors/field-error.ts';
import { asList, asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { checkNodeSelector } from '../core/validation/affinity.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { isExtendedResourceName } from '../core/validation/resource-names.ts';
import { checkTemplateMetadata } from '../core/validation/template-metadata.ts';
import { checkCsiDriverName } from '../core/validation/volume-sources.ts';
import { checkDnsLabel, checkEach, checkRequired, type Errors } from '../validation/checks.ts';
import { checkConditions } from '../validation/conditions.ts';
import { asInternal, checkImmutableTyped } from '../validation/internal-value.ts';
import { checkInterfaceAddress } from '../validation/ip.ts';
import {
  checkDeviceClaim,
  checkDeviceConfiguration,
  checkRawObject,
  checkRequestReference,
  checkRequestReferences,
  MAX_CONFIGURATIONS,
  type RequestNames,
  requestNamesOf,
} from './device-claim.ts';
import { checkSelectors } from './device-selectors.ts';
import {
  checkBindingConditions,
  checkPoolName,
  checkShareId,
  checkSize,
  checkStructs,
  checkUnique,
} from './device-names.ts';

const MAX_RESERVED_FOR = 256;
const MAX_RESULTS = 32;
const MAX_CONDITIONS = 8;
const MAX_DATA_LENGTH = 10 * 1024;
const MAX_ADDRESSES = 16;
const MAX_INTERFACE_NAME = 256;
const MAX_HARDWARE_ADDRESS = 128;
const DEVICE_ID = 'resource.SharedDeviceID';
const strictSelector = { allowInvalidValues: false };

export function validateResourceClaim(claim: KubeObject): Errors {
  const errors = finalizerErrors(claim);
  checkDeviceClaim(asObject(asObject(claim.spec).devices), 'spec.devices', errors);
  return errors;
}

export function validateResourceClaimUpdate(claim: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(claim);
  checkImmutableTyped('resource.ResourceClaimSpec', claim.spec, old.spec, 'spec', errors);
  return errors;
}

export function validateResourceClaimTemplate(template: KubeObject): Errors {
  const errors = finalizerErrors(template);
  const spec = asObject(template.spec);
  checkTemplateMetadata(asObject(spec.metadata), 'spec.metadata', errors);
  checkDeviceClaim(asObject(asObject(spec.spec).devices), 'spec.spec.devices', errors);
  return errors;
}

export function validateResourceClaimTemplateUpdate(template: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(template);
  checkImmutableTyped('resource.ResourceClaimTemplateSpec', template.spec, old.spec, 'spec', errors);
  return errors;
}

export function validateDeviceClass(deviceClass: KubeObject): Errors {
  const errors = finalizerErrors(deviceClass);
  const spec = asObject(deviceClass.spec);
  checkSelectors(spec.selectors, 'spec.selectors', errors);
  checkStructs(spec.config, { max: MAX_CONFIGURATIONS }, 'spec.config', errors, (configuration, path) => {
    checkDeviceConfiguration(configuration, path, errors);
  });
  const { extendedResourceName: name } = spec;
  if (isSet(name) && !isExtendedResourceName(asText(name))) {
    errors.push(invalid('spec.extendedResourceName', name, 'must be a valid extended resource name'));
  }
  return errors;
}

export function validateResourceClaimStatusUpdate(claim: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(claim);
  const names = requestNamesOf(asObject(asObject(claim.spec).devices));
  const status = asObject(claim.status);
  const before = asObject(old.status);
  const consumers = { max: MAX_RESERVED_FOR, keyOf: ({ uid }: JsonObject) => asText(uid) };
  checkStructs(status.reservedFor, consumers, 'status.reservedFor', errors, (consumer, path) => {
    for (const field of ['resource', 'name', 'uid']) checkRequired(consumer[field], `${path}.${field}`, errors);
  });
  const allocated = asObjects(asObject(asObject(status.allocation).devices).results).map(deviceId);
  const devices = asObjects(status.devices);
  checkEach(status.devices, 'status.devices', (device, path) => checkDeviceStatus(device, allocated, path, errors));
  checkUnique(devices.map(deviceId), 'status.devices', errors, (index) => asInternal(DEVICE_ID, devices[index]));
  checkReservations(claim, before, errors);
  if (!isSet(status.allocation)) return errors;
  if (isSet(before.allocation)) {
    const path = 'status.allocation';
    checkImmutableTyped('*resource.AllocationResult', status.allocation, before.allocation, path, errors);
  } else checkAllocation(asObject(status.allocation), names, 'status.allocation', errors);
  return errors;
}

/** Driver, pool and device, and the share where the device has several users. */
export function deviceId({ driver, pool, device, shareID }: JsonObject): string {
  const id = [driver, pool, device].map(asText).join('/');
  return isSet(shareID) ? `${id}/${asText(shareID)}` : id;
}

/** Nobody may use a claim that is not allocated, nor start to while it goes. */
function checkReservations(claim: KubeObject, before: JsonObject, errors: Errors): void {
  const status = asObject(claim.status);
  const consumers = asObjects(status.reservedFor);
  if (consumers.length === 0) return;
  const path = 'status.reservedFor';
  if (!isSet(status.allocation)) errors.push(forbidden(path, 'may not be specified when `allocated` is not set'));
  else if (claim.metadata.deletionTimestamp !== undefined) {
    const known = asObjects(before.reservedFor);
    if (consumers.every((consumer) => known.some((other) => semanticallyEqual(other, consumer)))) return;
    const detail = 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set';
    errors.push(forbidden(path, detail));
  }
}

function checkAllocation(allocation: JsonObject, names: RequestNames, path: string, errors: Errors): void {
  const { results, config } = asObject(allocation.devices);
  checkStructs(results, { max: MAX_RESULTS }, `${path}.devices.results`, errors, (result, itemPath) => {
    checkResult(result, names, itemPath, errors);
  });
  const both = { max: 2 * MAX_CONFIGURATIONS };
  checkStructs(config, both, `${path}.devices.config`, errors, (configuration, itemPath) => {
    checkSource(asText(configuration.source), `${itemPath}.source`, errors);
    checkRequestReferences(configuration.requests, names, `${itemPath}.requests`, errors);
    checkDeviceConfiguration(configuration, itemPath, errors);
  });
  if (isSet(allocation.nodeSelector)) {
    checkNodeSelector(asObject(allocation.nodeSelector), strictSelector, `${path}.nodeSelector`, errors);
  }
}

function checkSource(source: string, path: string, errors: Errors): void {
  if (source === '') errors.push(required(path));
  else if (source !== 'FromClaim' && source !== 'FromClass') {
    errors.push(notSupportedInOrder(path, source, ['FromClaim', 'FromClass']));
  }
}

function checkResult(result: JsonObject, names: RequestNames, path: string, errors: Errors): void {
  checkRequestReference(asText(result.request), names, `${path}.request`, errors);
  checkCsiDriverName(asText(result.driver), `${path}.driver`, errors);
  checkPoolName(result.pool, `${path}.pool`, errors);
  checkDnsLabel(result.device, `${path}.device`, errors);
  checkBindingConditions(result, path, errors);
  if (isSet(result.shareID)) checkShareId(result.shareID, `${path}.shareID`, errors);
}

function checkDeviceStatus(device: JsonObject, allocated: readonly string[], path: string, errors: Errors): void {
  checkCsiDriverName(asText(device.driver), `${path}.driver`, errors);
  checkPoolName(device.pool, `${path}.pool`, errors);
  checkDnsLabel(device.device, `${path}.device`, errors);
  if (isSet(device.shareID)) checkShareId(device.shareID, `${path}.shareID`, errors);
  const id = deviceId(device);
  if (!allocated.includes(id)) {
    const shown = asInternal(DEVICE_ID, device);
    errors.push(invalid(path, shown, 'must be an allocated device in the claim'));
  }
  const { length } = asList(device.conditions);
  if (length > MAX_CONDITIONS) errors.push(tooMany(`${path}.conditions`, length, MAX_CONDITIONS));
  checkConditions(device.conditions, `${path}.conditions`, errors);
  if (isSet(device.data)) checkRawObject(device.data, MAX_DATA_LENGTH, `${path}.data`, errors);
  if (isSet(device.networkData)) checkNetworkData(device.networkData, `${path}.networkData`, errors);
}

function checkNetworkData(data: JsonValue, path: string, errors: Errors): void {
  const { interfaceName, hardwareAddress, ips } = asObject(data);
  for (const [field, value, max] of [
    ['interfaceName', interfaceName, MAX_INTERFACE_NAME],
    ['hardwareAddress', hardwareAddress, MAX_HARDWARE_ADDRESS],
  ] as const) {
    if (Buffer.byteLength(asText(value)) > max) errors.push(tooLong(`${path}.${field}`, max));
  }
  if (!checkSize(ips, MAX_ADDRESSES, `${path}.ips`, errors)) return;
  asTexts(ips).forEach((address, index) => checkInterfaceAddress(address, `${path}.ips[${index}]`, errors));
  checkUnique(asTexts(ips), `${path}.ips`, errors);
}
