/** The quality-of-service class of a pod, as upstream computes it from requests and limits of cpu and memory. */
import { asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import { addQuantities, compareQuantities, quantitySign } from '../../apimachinery/quantity/arithmetic.ts';
import { parseQuantity, type Quantity } from '../../apimachinery/quantity/quantity.ts';

export type PodQosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const computeResources = ['cpu', 'memory'] as const;

type Sums = Map<string, Quantity>;

export function podQosClass(spec: JsonObject): PodQosClass {
  const requests: Sums = new Map();
  const limits: Sums = new Map();
  let allLimited = true;
  for (const resources of resourceRequirements(spec)) {
    add(requests, resources.requests);
    add(limits, resources.limits);
    if (!hasComputeLimits(resources.limits)) allLimited = false;
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const guaranteed = allLimited && requests.size === limits.size && sameAmounts(requests, limits);
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

/** Resources of the pod as a whole take the place of the containers'. */
function resourceRequirements(spec: JsonObject): JsonObject[] {
  if (isSet(spec.resources)) return [asObject(spec.resources)];
  const containers = [...asObjects(spec.containers), ...asObjects(spec.initContainers)];
  return containers.map((container) => asObject(container.resources));
}

function add(sums: Sums, list: JsonValue | undefined): void {
  for (const name of computeResources) {
    const amount = amountOf(list, name);
    if (amount === undefined) continue;
    const sum = sums.get(name);
    sums.set(name, sum === undefined ? amount : addQuantities(sum, amount));
  }
}

function hasComputeLimits(list: JsonValue | undefined): boolean {
  return computeResources.every((name) => amountOf(list, name) !== undefined);
}

function sameAmounts(requests: Sums, limits: Sums): boolean {
  return [...requests].every(([name, request]) => {
    const limit = limits.get(name);
    return limit !== undefined && compareQuantities(limit, request) === 0;
  });
}

/** Undefined for amounts that do not count: absent, zero, negative or not a quantity (validation refuses those). */
function amountOf(list: JsonValue | undefined, name: string): Quantity | undefined {
  const text = asText(asObject(list)[name]);
  if (text === '') return undefined;
  try {
    const quantity = parseQuantity(text);
    return quantitySign(quantity) > 0 ? quantity : undefined;
  } catch {
    return undefined;
  }
}
