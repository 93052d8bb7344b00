/** What CSI drivers and nodes say of themselves: CSIDrivers, CSINodes, CSIStorageCapacities. */
import { duplicate, invalid, notSupportedInOrder, required } from '../../apimachinery/errors/field-error.ts';
import { asList, asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { FIELD_IMMUTABLE_MESSAGE, semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkCsiDriverName } from '../core/validation/volume-sources.ts';
import {
  checkDnsSubdomain,
  checkEach,
  checkImmutable,
  checkImmutableField,
  checkNonNegative,
  checkOneOf,
  checkQualifiedName,
  type Errors,
} from '../validation/checks.ts';
import { checkNonNegativeQuantity, quantityOf } from '../validation/quantities.ts';
import { checkImmutableTyped } from '../validation/internal-value.ts';

const MAX_NODE_ID_LENGTH = 256;
const MIN_UPDATE_PERIOD_SECONDS = 10;
const MIN_TOKEN_SECONDS = 600;
const MAX_TOKEN_SECONDS = 2 ** 32;
const lifecycleModes = ['Persistent', 'Ephemeral'];
const fsGroupPolicies = ['ReadWriteOnceWithFSType', 'File', 'None'];

export function validateCsiDriver(driver: KubeObject): Errors {
  const errors = finalizerErrors(driver);
  const spec = asObject(driver.spec);
  requireSet(spec.attachRequired, 'spec.attachedRequired', errors);
  requireSet(spec.podInfoOnMount, 'spec.podInfoOnMount', errors);
  requireSet(spec.storageCapacity, 'spec.storageCapacity', errors);
  if (isSet(spec.fsGroupPolicy)) checkOneOf(spec.fsGroupPolicy, fsGroupPolicies, 'spec.fsGroupPolicy', errors);
  checkTokenRequests(spec.tokenRequests, 'spec.tokenRequests', errors);
  for (const mode of asTexts(spec.volumeLifecycleModes)) {
    if (lifecycleModes.includes(mode)) continue;
    errors.push(notSupportedInOrder('spec.volumeLifecycleModes', mode, lifecycleModes));
  }
  requireSet(spec.seLinuxMount, 'spec.seLinuxMount', errors);
  const { nodeAllocatableUpdatePeriodSeconds: period } = spec;
  if (isSet(period) && asNumber(period) < MIN_UPDATE_PERIOD_SECONDS) {
    const detail = `must be greater than or equal to ${MIN_UPDATE_PERIOD_SECONDS} seconds`;
    errors.push(invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, detail));
  }
  if (isSet(spec.serviceAccountTokenInSecrets) && asList(spec.tokenRequests).length === 0) {
    const detail = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified';
    errors.push(invalid('spec.serviceAccountTokenInSecrets', spec.serviceAccountTokenInSecrets, detail));
  }
  return errors;
}

export function validateCsiDriverUpdate(driver: KubeObject, old: KubeObject): Errors {
  const errors = validateCsiDriver(driver);
  const spec = asObject(driver.spec);
  const before = asObject(old.spec);
  checkImmutable(spec.attachRequired, before.attachRequired, 'spec.attachedRequired', errors);
  checkImmutableField(spec, before, 'volumeLifecycleModes', 'spec.volumeLifecycleModes', errors);
  return errors;
}

function requireSet(value: JsonValue | undefined, path: string, errors: Errors): void {
  if (!isSet(value)) errors.push(required(path));
}

function checkTokenRequests(requests: JsonValue | undefined, path: string, errors: Errors): void {
  const audiences = new Set<string>();
  checkEach(requests, path, ({ audience, expirationSeconds }, itemPath) => {
    const seen = audiences.has(asText(audience));
    if (seen) errors.push(duplicate(`${itemPath}.audience`, asText(audience)));
    audiences.add(asText(audience));
    if (seen || !isSet(expirationSeconds)) return;
    const seconds = asNumber(expirationSeconds);
    const refuse = (detail: string): void => {
      errors.push(invalid(`${itemPath}.expirationSeconds`, expirationSeconds, detail));
    };
    if (seconds < MIN_TOKEN_SECONDS) refuse('may not specify a duration less than 10 minutes');
    if (seconds > MAX_TOKEN_SECONDS) refuse('may not specify a duration larger than 2^32 seconds');
  });
}

export function validateCsiNode(node: KubeObject): Errors {
  const errors = finalizerErrors(node);
  const names = new Set<string>();
  checkEach(asObject(node.spec).drivers, 'spec.drivers', (driver, path) => {
    checkNodeDriver(driver, path, errors);
    const name = asText(driver.name);
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
    checkTopologyKeys(driver.topologyKeys, path, errors);
  });
  return errors;
}

/** Of a driver that stays, only what the node can take may change. */
export function validateCsiNodeUpdate(node: KubeObject, old: KubeObject): Errors {
  const errors = validateCsiNode(node);
  const drivers = asObjects(asObject(node.spec).drivers);
  for (const before of asObjects(asObject(old.spec).drivers)) {
    for (const driver of drivers) {
      if (driver.name !== before.name) continue;
      const type = 'storage.CSINodeDriver';
      checkImmutableTyped(type, withoutAllocatable(driver), withoutAllocatable(before), 'spec.drivers', errors);
    }
  }
  return errors;
}

function withoutAllocatable({ allocatable: _allocatable, ...driver }: JsonObject): JsonObject {
  return driver;
}

function checkNodeDriver(driver: JsonObject, path: string, errors: Errors): void {
  checkCsiDriverName(asText(driver.name), `${path}.name`, errors);
  const id = asText(driver.nodeID);
  if (id === '') errors.push(required(`${path}.nodeID`));
  if (Buffer.byteLength(id) > MAX_NODE_ID_LENGTH) {
    errors.push(invalid(`${path}.nodeID`, id, `must be ${MAX_NODE_ID_LENGTH} characters or less`));
  }
  checkNonNegative(asObject(driver.allocatable).count, `${path}.allocatable.count`, errors);
}

/** Upstream reports them at the driver. */
function checkTopologyKeys(list: JsonValue | undefined, path: string, errors: Errors): void {
  const keys = new Set<string>();
  for (const key of asTexts(list)) {
    if (key === '') errors.push(required(path));
    if (keys.has(key)) errors.push(duplicate(path, key));
    keys.add(key);
    checkQualifiedName(key, path, errors);
  }
}

export function validateCsiStorageCapacity(capacity: KubeObject): Errors {
  return validateCapacity(capacity, { allowInvalidValues: false });
}

/** As a whole: what the selector of the old one had wrong may stay. */
export function validateChangedCsiStorageCapacity(capacity: KubeObject, old: KubeObject): Errors {
  return validateCapacity(capacity, { allowInvalidValues: validateLabelSelector(old.nodeTopology, '').length > 0 });
}

export function validateCsiStorageCapacityUpdate(capacity: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(capacity);
  for (const field of ['nodeTopology', 'storageClassName']) {
    if (semanticallyEqual(capacity[field], old[field])) continue;
    errors.push(invalid(field, capacity[field], FIELD_IMMUTABLE_MESSAGE));
  }
  return errors;
}

function validateCapacity(capacity: KubeObject, rules: { readonly allowInvalidValues: boolean }): Errors {
  const errors = finalizerErrors(capacity);
  errors.push(...validateLabelSelector(capacity.nodeTopology, 'nodeTopology', rules));
  checkDnsSubdomain(capacity.storageClassName, 'storageClassName', errors);
  if (isSet(capacity.capacity)) checkNonNegativeQuantity(quantityOf(capacity.capacity), 'capacity', errors);
  return errors;
}
