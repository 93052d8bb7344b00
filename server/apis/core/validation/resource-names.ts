/** Which names of resources (cpu, hugepages-2Mi, example.com/gpu) may stand where. */
import { invalidTyped } from '../../../apimachinery/errors/field-error.ts';
import { isWholeNumber, quantitySign, quantityValue, wrappedValue } from '../../../apimachinery/quantity/arithmetic.ts';
import { parseQuantity, type Quantity } from '../../../apimachinery/quantity/quantity.ts';
import { isQualifiedName } from '../../../apimachinery/validation/labels.ts';
import { checkTypedComplaints, type Errors } from '../../validation/checks.ts';

const HUGE_PAGES_PREFIX = 'hugepages-';

const countedObjects = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
] as const;
const computeResources = ['cpu', 'memory', 'ephemeral-storage'] as const;
const prefixed = computeResources.flatMap((name) => [`requests.${name}`, `limits.${name}`]);

const standardContainerResources: ReadonlySet<string> = new Set(computeResources);
const standardQuotaResources: ReadonlySet<string> = new Set([
  ...computeResources,
  ...prefixed,
  'requests.storage',
  ...countedObjects,
]);
const standardResources: ReadonlySet<string> = new Set([...standardQuotaResources, 'storage']);
const integerResources: ReadonlySet<string> = new Set(countedObjects);

export function isHugePageName(name: string): boolean {
  return name.startsWith(HUGE_PAGES_PREFIX);
}

/** Without a domain, or in Kubernetes' own. */
export function isNativeResource(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

export function isExtendedResourceName(name: string): boolean {
  if (isNativeResource(name) || name.startsWith('requests.')) return false;
  return isQualifiedName(`requests.${name}`).length === 0;
}

export function isOvercommitAllowed(name: string): boolean {
  return isNativeResource(name) && !isHugePageName(name);
}

export function isIntegerResource(name: string): boolean {
  return integerResources.has(name) || isExtendedResourceName(name);
}

export function isStandardQuotaResource(name: string): boolean {
  return standardQuotaResources.has(name) || isHugePageName(name) || name.startsWith(`requests.${HUGE_PAGES_PREFIX}`);
}

/** A whole number of pages of the size that the name says. */
export function isDivisibleByHugePage(name: string, quantity: Quantity): boolean {
  try {
    const size = parseQuantity(name.slice(HUGE_PAGES_PREFIX.length));
    if (quantitySign(size) <= 0 || !isWholeNumber(size)) return false;
    return wrappedValue(quantity, 0) % quantityValue(size) === 0n;
  } catch {
    return false;
  }
}

export function checkResourceName(name: string, path: string, errors: Errors): void {
  const complaints = isQualifiedName(name);
  checkTypedComplaints(name, complaints, path, errors);
  if (complaints.length > 0 || name.includes('/')) return;
  const standard =
    standardResources.has(name) || isHugePageName(name) || name.startsWith(`requests.${HUGE_PAGES_PREFIX}`);
  if (!standard) errors.push(invalidTyped(path, name, 'must be a standard resource type or fully qualified'));
}

export function checkContainerResourceName(name: string, path: string, errors: Errors): void {
  checkResourceName(name, path, errors);
  checkKnownToContainers(name, path, errors);
}

export function checkKnownToContainers(name: string, path: string, errors: Errors): void {
  if (!name.includes('/')) {
    if (!standardContainerResources.has(name) && !isHugePageName(name)) {
      errors.push(invalidTyped(path, name, 'must be a standard resource for containers'));
    }
  } else if (!isNativeResource(name) && !isExtendedResourceName(name)) {
    errors.push(invalidTyped(path, name, "doesn't follow extended resource name standard"));
  }
}

export function checkQuotaResourceName(name: string, path: string, errors: Errors): void {
  checkResourceName(name, path, errors);
  if (!name.includes('/') && !isStandardQuotaResource(name)) {
    errors.push(invalidTyped(path, name, 'must be a standard resource for quota'));
  }
}
