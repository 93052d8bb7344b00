/** Sums of the resources of a pod's containers, as the scheduler and the defaults of pod-level resources count them. */
import { addQuantities, compareQuantities } from '../../../apimachinery/quantity/arithmetic.ts';
import { formatQuantity, parseQuantity, type Quantity } from '../../../apimachinery/quantity/quantity.ts';
import { isJsonObject, type JsonObject } from '../../../apimachinery/json.ts';

type Amounts = Map<string, Quantity>;

/**
 * What all containers of a pod spec need at once: the sum of the containers and of the restartable init containers
 * (sidecars), or what one init container needs next to the sidecars started before it, whichever is more.
 */
export function aggregateContainerResources(podSpec: JsonObject, kind: 'requests' | 'limits'): JsonObject {
  const total: Amounts = new Map();
  for (const container of containersOf(podSpec, 'containers')) addTo(total, amountsOf(container, kind));

  const sidecars: Amounts = new Map();
  const initialising: Amounts = new Map();
  for (const container of containersOf(podSpec, 'initContainers')) {
    const own = amountsOf(container, kind);
    if (container.restartPolicy === 'Always') {
      addTo(total, own);
      addTo(sidecars, own);
      raiseTo(initialising, sidecars);
    } else {
      const together = new Map(own);
      addTo(together, sidecars);
      raiseTo(initialising, together);
    }
  }
  raiseTo(total, initialising);
  return Object.fromEntries([...total].map(([name, quantity]) => [name, formatQuantity(quantity)]));
}

function containersOf(podSpec: JsonObject, field: string): JsonObject[] {
  const list = podSpec[field];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function amountsOf(container: JsonObject, kind: 'requests' | 'limits'): Amounts {
  const resources = container.resources;
  const list = isJsonObject(resources) ? resources[kind] : undefined;
  if (!isJsonObject(list)) return new Map();
  return new Map(
    Object.entries(list).flatMap(([name, text]) => (typeof text === 'string' ? [[name, parseQuantity(text)]] : [])),
  );
}

function addTo(total: Amounts, amounts: Amounts): void {
  for (const [name, quantity] of amounts) {
    const sum = total.get(name);
    total.set(name, sum === undefined ? quantity : addQuantities(sum, quantity));
  }
}

function raiseTo(total: Amounts, amounts: Amounts): void {
  for (const [name, quantity] of amounts) {
    const known = total.get(name);
    if (known === undefined || compareQuantities(quantity, known) > 0) total.set(name, quantity);
  }
}
