/** Requests and limits of containers and pods. */
import {
  duplicate,
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
} from '../../../apimachinery/errors/field-error.ts';
import { asObjects, asText } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { compareQuantities, isWholeNumber } from '../../../apimachinery/quantity/arithmetic.ts';
import { formatQuantity, type Quantity } from '../../../apimachinery/quantity/quantity.ts';
import { checkDnsLabel, type Errors } from '../../validation/checks.ts';
import { checkNonNegativeQuantity, quantityEntries } from '../../validation/quantities.ts';
import {
  checkContainerResourceName,
  checkResourceName,
  isDivisibleByHugePage,
  isHugePageName,
  isIntegerResource,
  isOvercommitAllowed,
} from './resource-names.ts';

type CheckName = (name: string, path: string, errors: Errors) => void;

export function checkResourceQuantity(name: string, quantity: Quantity, path: string, errors: Errors): void {
  checkNonNegativeQuantity(quantity, path, errors);
  if (isIntegerResource(name) && !isWholeNumber(quantity)) {
    errors.push(invalid(path, formatQuantity(quantity), 'must be an integer'));
  }
}

/** `claimNames`: the names in the pod's resourceClaims. */
export function checkContainerResources(
  resources: JsonObject,
  claimNames: ReadonlySet<string>,
  path: string,
  errors: Errors,
): void {
  checkResources(resources, checkContainerResourceName, path, errors);
  checkClaims(resources, claimNames, `${path}.claims`, errors);
}

export function checkPodResources(
  resources: JsonObject,
  claimNames: ReadonlySet<string>,
  path: string,
  errors: Errors,
): void {
  checkResources(resources, checkPodResourceName, path, errors);
  checkClaims(resources, claimNames, `${path}.claims`, errors);
}

function checkPodResourceName(name: string, path: string, errors: Errors): void {
  const before = errors.length;
  checkResourceName(name, path, errors);
  if (errors.length > before || name === 'cpu' || name === 'memory' || isHugePageName(name)) return;
  errors.push(notSupported(path, name, ['cpu', 'hugepages-', 'memory']));
}

function checkResources(resources: JsonObject, checkName: CheckName, path: string, errors: Errors): void {
  const limits = quantityEntries(resources.limits);
  const requests = quantityEntries(resources.requests);
  const limitOf = new Map(limits);
  for (const [name, limit] of limits) {
    const keyPath = `${path}.limits[${name}]`;
    checkName(name, keyPath, errors);
    checkResourceQuantity(name, limit, keyPath, errors);
    checkHugePages(name, limit, keyPath, errors);
  }
  for (const [name, request] of requests) {
    const keyPath = `${path}.requests[${name}]`;
    checkName(name, keyPath, errors);
    checkResourceQuantity(name, request, keyPath, errors);
    checkAgainstLimit(name, request, limitOf.get(name), path, errors);
    checkHugePages(name, request, keyPath, errors);
  }
  const names = [...limits, ...requests].map(([name]) => name);
  if (names.some(isHugePageName) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  }
}

function checkHugePages(name: string, quantity: Quantity, path: string, errors: Errors): void {
  if (!isHugePageName(name) || isDivisibleByHugePage(name, quantity)) return;
  const text = formatQuantity(quantity);
  errors.push(invalid(path, text, `${text} is not positive integer multiple of ${name}`));
}

function checkAgainstLimit(
  name: string,
  request: Quantity,
  limit: Quantity | undefined,
  path: string,
  errors: Errors,
): void {
  if (limit === undefined) {
    if (!isOvercommitAllowed(name)) {
      errors.push(required(`${path}.limits`, 'Limit must be set for non overcommitable resources'));
    }
    return;
  }
  const order = compareQuantities(request, limit);
  const relation =
    order !== 0 && !isOvercommitAllowed(name) ? 'equal to' : order > 0 ? 'less than or equal to' : undefined;
  if (relation === undefined) return;
  const detail = `must be ${relation} ${name} limit of ${formatQuantity(limit)}`;
  errors.push(invalid(`${path}.requests`, formatQuantity(request), detail));
}

function checkClaims(resources: JsonObject, claimNames: ReadonlySet<string>, path: string, errors: Errors): void {
  const seen = new Set<string>();
  asObjects(resources.claims).forEach((claim, index) => {
    const itemPath = `${path}[${index}]`;
    const name = asText(claim.name);
    if (name === '') {
      errors.push(required(itemPath));
      return;
    }
    if (seen.has(name)) errors.push(duplicate(itemPath, name));
    else checkClaimRequest(name, asText(claim.request), seen, itemPath, errors);
    if (claimNames.has(name)) return;
    const known = claimNames.size === 0 ? ' which is empty' : `: ${[...claimNames].sort().join(', ')}`;
    const error = notFound(itemPath, name);
    errors.push({ ...error, message: `${error.message}: must be one of the names in pod.spec.resourceClaims${known}` });
  });
}

function checkClaimRequest(name: string, request: string, seen: Set<string>, path: string, errors: Errors): void {
  if (request !== '') checkDnsLabel(request, `${path}.request`, errors);
  const key = request === '' ? name : `${name}/${request}`;
  if (seen.has(key)) errors.push(duplicate(path, key));
  else if (request === '') {
    // Up to the first slash, which a name that is none may have too.
    for (const other of seen) if (other.split('/')[0] === name && other !== name) errors.push(duplicate(path, name));
  }
  seen.add(key);
}
