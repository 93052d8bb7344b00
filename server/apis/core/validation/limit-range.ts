/** LimitRanges: the bounds of each resource must not contradict each other. */
import { duplicate, forbidden, invalid, invalidTyped, required } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { compareQuantities, wrappedValue } from '../../../apimachinery/quantity/arithmetic.ts';
import { formatQuantity, parseQuantity, type Quantity } from '../../../apimachinery/quantity/quantity.ts';
import { isQualifiedName } from '../../../apimachinery/validation/labels.ts';
import { checkEach, checkTypedComplaints, type Errors } from '../../validation/checks.ts';
import { quantityEntries } from '../../validation/quantities.ts';
import { finalizerErrors } from './finalizers.ts';
import { checkContainerResourceName, checkResourceName, isOvercommitAllowed } from './resource-names.ts';

const standardTypes = ['Pod', 'Container', 'PersistentVolumeClaim'] as const;
/** Up to here thousandths fit in an int64. */
const MAX_MILLI_VALUE = (2n ** 63n - 1n) / 1000n;
const ONE = parseQuantity('1');

type Amounts = ReadonlyMap<string, Quantity>;

export function validateLimitRange(limitRange: KubeObject): Errors {
  const errors = finalizerErrors(limitRange);
  const types = new Set<string>();
  checkEach(asObject(limitRange.spec).limits, 'spec.limits', (limit, path) => {
    const type = asText(limit.type);
    checkType(type, `${path}.type`, errors);
    if (types.has(type)) errors.push(duplicate(`${path}.type`, type));
    types.add(type);
    checkLimit(limit, type, path, errors);
  });
  return errors;
}

function checkType(type: string, path: string, errors: Errors): void {
  const complaints = isQualifiedName(type);
  checkTypedComplaints(type, complaints, path, errors);
  if (complaints.length > 0 || type.includes('/') || standardTypes.some((known) => known === type)) return;
  errors.push(invalidTyped(path, type, 'must be a standard limit type or fully qualified'));
}

function checkLimit(limit: JsonObject, type: string, path: string, errors: Errors): void {
  const checkName = type === 'Pod' || type === 'Container' ? checkContainerResourceName : checkResourceName;
  const read = (field: string): Amounts => {
    const entries = quantityEntries(limit[field]);
    for (const [name] of entries) checkName(name, `${path}.${field}[${name}]`, errors);
    return new Map(entries);
  };
  const max = read('max');
  const min = read('min');
  let defaults: Amounts = new Map();
  let requests: Amounts = new Map();
  if (type === 'Pod') {
    for (const field of ['default', 'defaultRequest'] as const) {
      if (Object.keys(asObject(limit[field])).length === 0) continue;
      errors.push(forbidden(`${path}.${field}`, "may not be specified when `type` is 'Pod'"));
    }
  } else {
    defaults = read('default');
    requests = read('defaultRequest');
  }
  if (type === 'PersistentVolumeClaim' && !isSet(asObject(limit.min).storage) && !isSet(asObject(limit.max).storage)) {
    const detail = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(`${path}.limits`, detail));
  }
  const ratios = read('maxLimitRequestRatio');
  const names = new Set([...max, ...min, ...defaults, ...requests, ...ratios].map(([name]) => name));
  for (const name of names) {
    const amounts = {
      min: min.get(name),
      max: max.get(name),
      default: defaults.get(name),
      request: requests.get(name),
      ratio: ratios.get(name),
    };
    checkAmounts(name, amounts, path, errors);
  }
}

interface ResourceBounds {
  readonly min: Quantity | undefined;
  readonly max: Quantity | undefined;
  readonly default: Quantity | undefined;
  readonly request: Quantity | undefined;
  readonly ratio: Quantity | undefined;
}

function checkAmounts(name: string, bounds: ResourceBounds, path: string, errors: Errors): void {
  const { min, max, default: standard, request, ratio } = bounds;
  const minPath = `${path}.min[${name}]`;
  const defaultPath = `${path}.default[${name}]`;
  const requestPath = `${path}.defaultRequest[${name}]`;
  checkOrder(['min value', min], ['max value', max], minPath, min, errors);
  checkOrder(['min value', min], ['default request value', request], requestPath, request, errors);
  checkOrder(['default request value', request], ['max value', max], requestPath, request, errors);
  checkOrder(['default request value', request], ['default limit value', standard], requestPath, request, errors);
  checkOrder(['min value', min], ['default value', standard], defaultPath, min, errors);
  checkOrder(['default value', standard], ['max value', max], defaultPath, max, errors);
  if (ratio !== undefined) checkRatio(ratio, min, max, `${path}.maxLimitRequestRatio[${name}]`, errors);
  if (isOvercommitAllowed(name) || standard === undefined || request === undefined) return;
  if (compareQuantities(standard, request) === 0) return;
  const [a, b] = [formatQuantity(standard), formatQuantity(request)];
  const detail = `default value ${a} must equal to defaultRequest value ${b} in ${name}`;
  errors.push(invalid(requestPath, b, detail));
}

type Named = readonly [name: string, quantity: Quantity | undefined];

/** `shown`: the value that upstream's error shows. */
function checkOrder(low: Named, high: Named, path: string, shown: Quantity | undefined, errors: Errors): void {
  const [lowName, a] = low;
  const [highName, b] = high;
  if (a === undefined || b === undefined || shown === undefined || compareQuantities(a, b) <= 0) return;
  const detail = `${lowName} ${formatQuantity(a)} is greater than ${highName} ${formatQuantity(b)}`;
  errors.push(invalid(path, formatQuantity(shown), detail));
}

function checkRatio(
  ratio: Quantity,
  min: Quantity | undefined,
  max: Quantity | undefined,
  path: string,
  errors: Errors,
): void {
  const text = formatQuantity(ratio);
  if (compareQuantities(ratio, ONE) < 0) errors.push(invalid(path, text, `ratio ${text} is less than 1`));
  if (min === undefined || max === undefined) return;
  const exact = [ratio, min, max].every((quantity) => wrappedValue(quantity, 0) < MAX_MILLI_VALUE);
  const amount = (quantity: Quantity) => Number(wrappedValue(quantity, exact ? -3 : 0));
  const value = amount(ratio) / (exact ? 1000 : 1);
  const limit = amount(max) / amount(min);
  if (!(value > limit)) return;
  const shown = limit === -Infinity ? '-Inf' : limit.toFixed(6);
  errors.push(invalid(path, text, `ratio ${text} is greater than max/min = ${shown}`));
}
