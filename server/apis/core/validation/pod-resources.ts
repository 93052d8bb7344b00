/** Resources of a pod as a whole, against those of its containers. */
import { forbidden, invalid } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asObjects, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { asSent } from '../../../apimachinery/schema/sent-empties.ts';
import { addQuantities, compareQuantities } from '../../../apimachinery/quantity/arithmetic.ts';
import { formatQuantity, type Quantity } from '../../../apimachinery/quantity/quantity.ts';
import type { Errors } from '../../validation/checks.ts';
import { quantityEntries } from '../../validation/quantities.ts';
import { isHugePageName } from './resource-names.ts';
import { checkPodResources } from './resource-requirements.ts';

type Amounts = Map<string, Quantity>;

export function checkPodLevelResources(
  spec: JsonObject,
  claimNames: ReadonlySet<string>,
  path: string,
  errors: Errors,
): void {
  if (!isSet(spec.resources)) return;
  const resources = asObject(spec.resources);
  if (asObject(spec.os).name === 'windows') {
    errors.push(forbidden(path, 'may not be set for a windows pod'));
    return;
  }
  if (asSent(resources, 'claims') !== undefined) {
    errors.push(forbidden(`${path}.claims`, 'claims may not be set for Resources at pod-level'));
  }
  checkPodResources(resources, claimNames, path, errors);
  checkConsistency(spec, resources, path, errors);
}

function checkConsistency(spec: JsonObject, resources: JsonObject, path: string, errors: Errors): void {
  const requests = new Map(quantityEntries(resources.requests));
  const limits = new Map(quantityEntries(resources.limits));
  for (const [name, sum] of aggregate(spec, 'requests')) {
    const ofPod = requests.get(name);
    if (ofPod === undefined || compareQuantities(sum, ofPod) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container requests of ${formatQuantity(sum)}`;
    errors.push(invalid(`${path}.requests[${name}]`, formatQuantity(ofPod), detail));
  }
  for (const [name, sum] of aggregate(spec, 'limits')) {
    const ofPod = limits.get(name);
    if (!isHugePageName(name) || ofPod === undefined || compareQuantities(sum, ofPod) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container limits of ${formatQuantity(sum)}`;
    errors.push(invalid(`${path}.limits[${name}]`, formatQuantity(ofPod), detail));
  }
  asObjects(spec.containers).forEach((container, index) => {
    for (const [name, limit] of quantityEntries(asObject(container.resources).limits)) {
      const ofPod = limits.get(name);
      if (ofPod === undefined || compareQuantities(limit, ofPod) <= 0) continue;
      const detail = `must be less than or equal to pod limits of ${formatQuantity(ofPod)}`;
      errors.push(invalid(`${path}.containers[${index}][${name}].limits`, formatQuantity(limit), detail));
    }
  });
}

/** Containers and sidecars together, or the largest moment of the start-up where that is more. */
function aggregate(spec: JsonObject, list: 'requests' | 'limits'): Amounts {
  const sum: Amounts = new Map();
  const amountsOf = (container: JsonObject) => quantityEntries(asObject(container.resources)[list]);
  for (const container of asObjects(spec.containers)) addAll(sum, amountsOf(container));
  const sidecars: Amounts = new Map();
  const peak: Amounts = new Map();
  for (const container of asObjects(spec.initContainers)) {
    if (container.restartPolicy === 'Always') {
      addAll(sum, amountsOf(container));
      addAll(sidecars, amountsOf(container));
      keepLargest(peak, sidecars);
    } else {
      const moment: Amounts = new Map(amountsOf(container));
      addAll(moment, sidecars);
      keepLargest(peak, moment);
    }
  }
  keepLargest(sum, peak);
  return sum;
}

function addAll(to: Amounts, amounts: Iterable<readonly [string, Quantity]>): void {
  for (const [name, amount] of amounts) {
    const present = to.get(name);
    to.set(name, present === undefined ? amount : addQuantities(present, amount));
  }
}

function keepLargest(to: Amounts, amounts: Amounts): void {
  for (const [name, amount] of amounts) {
    const present = to.get(name);
    if (present === undefined || compareQuantities(amount, present) > 0) to.set(name, amount);
  }
}
