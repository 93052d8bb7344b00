/** What a device is (attributes) and how much of it there is to share (capacity). */
import { duplicate, forbidden, invalid, required, tooLong, tooMany } from '../../apimachinery/errors/field-error.ts';
import { asList, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { addQuantities, compareQuantities, wrappedValue } from '../../apimachinery/quantity/arithmetic.ts';
import { formatQuantity, type Quantity } from '../../apimachinery/quantity/quantity.ts';
import type { Errors } from '../validation/checks.ts';
import { asInternal } from '../validation/internal-value.ts';
import { quantityOf } from '../validation/quantities.ts';
import { checkDeviceQualifiedName } from './device-names.ts';

const MAX_ATTRIBUTES_AND_CAPACITIES = 32;
const MAX_VALUES = 48;
const MAX_VALUE_LENGTH = 64;
const MAX_VALID_VALUES = 10;
/** A domain, a slash, an identifier. */
const MAX_KEY_LENGTH = 63 + 1 + 32;

const identifier = '(0|[1-9]\\d*)';
const preRelease = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const build = '[0-9a-zA-Z-]+';
const semver = new RegExp(
  `^${identifier}\\.${identifier}\\.${identifier}(-${preRelease}(\\.${preRelease})*)?(\\+${build}(\\.${build})*)?$`,
);

export function checkAttributes(device: JsonObject, path: string, errors: Errors): void {
  const attributes = Object.entries(asObject(device.attributes));
  const capacities = Object.keys(asObject(device.capacity)).length;
  const count = attributes.length + capacities;
  if (count > MAX_ATTRIBUTES_AND_CAPACITIES) {
    const detail = `the total number of attributes and capacities must not exceed ${MAX_ATTRIBUTES_AND_CAPACITIES}`;
    errors.push(invalid(path, count, detail));
  }
  if (attributes.length > MAX_VALUES) {
    const detail = `the total number of attribute values must not exceed ${MAX_VALUES}`;
    errors.push(invalid(path, attributes.length, detail));
  }
  const attributesPath = `${path}.attributes`;
  for (const [name, attribute] of attributes) {
    checkDeviceQualifiedName(name, attributesPath, errors);
    checkAttribute(asObject(attribute), `${attributesPath}[${shortened(name)}]`, errors);
  }
}

function checkAttribute(attribute: JsonObject, path: string, errors: Errors): void {
  const { string: text, version } = attribute;
  if (isSet(text)) checkLength(asText(text), `${path}.string`, errors);
  if (isSet(version)) {
    if (!semver.test(asText(version))) {
      errors.push(invalid(`${path}.version`, version, 'must be a string compatible with semver.org spec 2.0.0'));
    }
    checkLength(asText(version), `${path}.version`, errors);
  }
  const given = ['bool', 'int', 'string', 'version'].filter((field) => isSet(attribute[field]));
  if (given.length === 1) return;
  const shown = given.length === 0 ? '' : asInternal('resource.DeviceAttribute', attribute);
  errors.push(invalid(path, shown, 'exactly one value must be specified'));
}

function checkLength(text: string, path: string, errors: Errors): void {
  if (Buffer.byteLength(text) > MAX_VALUE_LENGTH) errors.push(tooLong(path, MAX_VALUE_LENGTH));
}

export function checkCapacities(device: JsonObject, path: string, errors: Errors): void {
  for (const [name, value] of Object.entries(asObject(device.capacity))) {
    checkDeviceQualifiedName(name, path, errors);
    const { value: amount, requestPolicy } = asObject(value);
    if (!isSet(requestPolicy)) continue;
    const policyPath = `${path}[${shortened(name)}].requestPolicy`;
    if (device.allowMultipleAllocations === true) {
      checkRequestPolicy(quantityOf(amount), asObject(requestPolicy), policyPath, errors);
    } else errors.push(forbidden(policyPath, 'allowMultipleAllocations must be true'));
  }
}

function checkRequestPolicy(capacity: Quantity, policy: JsonObject, path: string, errors: Errors): void {
  const values = asList(policy.validValues).map(quantityOf);
  const hasRange = isSet(policy.validRange);
  if (values.length > 0 && hasRange) {
    const detail =
      'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time';
    errors.push(forbidden(path, detail));
  } else if (values.length > 0 || hasRange) {
    const field = hasRange ? 'validRange' : 'validValues';
    if (!isSet(policy.default)) errors.push(required(`${path}.default`, `required when ${field} is defined`));
    else if (hasRange) {
      checkRange(quantityOf(policy.default), capacity, asObject(policy.validRange), `${path}.validRange`, errors);
    } else checkValidValues(quantityOf(policy.default), capacity, values, `${path}.validValues`, errors);
  }
}

function checkValidValues(
  byDefault: Quantity,
  capacity: Quantity,
  values: readonly Quantity[],
  path: string,
  errors: Errors,
): void {
  values.forEach((value, index) => {
    const previous = values[index - 1];
    if (previous === undefined || compareQuantities(previous, value) <= 0) return;
    errors.push(invalid(`${path}[${index}]`, formatQuantity(value), 'values must be sorted in ascending order'));
  });
  let isFound = false;
  if (values.length > MAX_VALID_VALUES) errors.push(tooMany(path, values.length, MAX_VALID_VALUES));
  else {
    values.forEach((value, index) => {
      if (compareQuantities(value, capacity) > 0) {
        const detail = `option is larger than capacity value: ${formatQuantity(capacity)}`;
        errors.push(invalid(`${path}[${index}]`, formatQuantity(value), detail));
      }
      if (compareQuantities(value, byDefault) === 0) isFound = true;
    });
    const seen = new Set<bigint>();
    values.forEach((value, index) => {
      const key = wrappedValue(value, 0);
      if (seen.has(key)) errors.push(duplicate(`${path}[${index}]`, String(key)));
      seen.add(key);
    });
  }
  if (!isFound) {
    const detail = 'default value is not valid according to the requestPolicy';
    errors.push(invalid(path, formatQuantity(byDefault), detail));
  }
}

function checkRange(byDefault: Quantity, capacity: Quantity, range: JsonObject, path: string, errors: Errors): void {
  if (!isSet(range.min)) {
    errors.push(required(`${path}.min`, 'required when validRange is defined'));
    return;
  }
  const min = quantityOf(range.min);
  const max = isSet(range.max) ? quantityOf(range.max) : undefined;
  const refuse = (field: string, value: Quantity, detail: string, limit: Quantity): void => {
    errors.push(invalid(`${path}.${field}`, formatQuantity(value), `${detail}: ${formatQuantity(limit)}`));
  };
  if (compareQuantities(min, capacity) > 0) refuse('min', min, 'min is larger than capacity value', capacity);
  if (compareQuantities(byDefault, min) < 0) refuse('min', byDefault, 'default is less than min', min);
  if (max !== undefined) {
    if (compareQuantities(min, max) > 0) refuse('max', min, 'min is larger than max', max);
    if (compareQuantities(max, capacity) > 0) refuse('max', max, 'max is larger than capacity value', capacity);
    if (compareQuantities(byDefault, max) > 0) refuse('max', byDefault, 'default is more than max', max);
  }
  if (!isSet(range.step)) return;
  const step = quantityOf(range.step);
  const first = addQuantities(min, step);
  if (compareQuantities(first, capacity) > 0) {
    refuse('step', step, `one step ${formatQuantity(first)} is larger than capacity value`, capacity);
  }
  for (const value of max === undefined ? [byDefault] : [byDefault, max]) {
    // Upstream counts in int64, in which amounts that are too large are 0 and differences wrap.
    const size = wrappedValue(step, 0);
    const above = BigInt.asIntN(64, wrappedValue(value, 0) - wrappedValue(min, 0));
    if (size === 0n || above % size === 0n) continue;
    const detail = `value is not a multiple of a given step (${formatQuantity(step)}) from (${formatQuantity(min)})`;
    errors.push(invalid(`${path}.step`, formatQuantity(value), detail));
  }
}

/** In the middle, as messages do with keys that are too long. */
function shortened(key: string): string {
  if (key.length <= MAX_KEY_LENGTH) return key;
  const rest = MAX_KEY_LENGTH - 3;
  return `${key.slice(0, Math.ceil(rest / 2))}...${key.slice(key.length - Math.floor(rest / 2))}`;
}
