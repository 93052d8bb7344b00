/** Sums of the resources of a pod's containers, as the scheduler and the defaults of pod-level resources count them. */
import { addQuantities, compareQuantities } from '../../../apimachinery/quantity/arithmetic.ts';
import { formatQuantity, parseQuantity, type Quantity } from '../../../apimachinery/quantity/quantity.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../apimachinery/json.ts';

export type Amounts = Map<string, Quantity>;

/** As text, for fields of objects. */
export function aggregateContainerResources(podSpec: JsonObject, kind: 'requests' | 'limits'): JsonObject {
  return Object.fromEntries(
    [...aggregateAmounts(podSpec, kind)].map(([name, quantity]) => [name, formatQuantity(quantity)]),
  );
}

/** What a pod as a whole needs: its own cpu and memory (and huge pages) where it names them, in place of its containers'. */
export function podAmounts(podSpec: JsonObject, kind: 'requests' | 'limits'): Amounts {
  const total = aggregateAmounts(podSpec, kind);
  for (const [name, quantity] of amountsOf(podSpec, kind)) {
    if (name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')) total.set(name, quantity);
  }
  return total;
}

/**
 * What all containers of a pod spec need at once: the sum of the containers and of the restartable init containers
 * (sidecars), or what one init container needs next to the sidecars started before it, whichever is more.
 */
function aggregateAmounts(podSpec: JsonObject, kind: 'requests' | 'limits'): Amounts {
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
  return total;
}

function containersOf(podSpec: JsonObject, field: string): JsonObject[] {
  const list = podSpec[field];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

/** Of a container, or of a pod as a whole. */
export function amountsOf(owner: JsonObject, kind: 'requests' | 'limits'): Amounts {
  const resources = owner.resources;
  return parseAmounts(isJsonObject(resources) ? resources[kind] : undefined);
}

export function parseAmounts(list: JsonValue | undefined): Amounts {
  if (!isJsonObject(list)) return new Map();
  return new Map(
    Object.entries(list).flatMap(([name, text]) => (typeof text === 'string' ? [[name, parseQuantity(text)]] : [])),
  );
}

export function addTo(total: Amounts, amounts: Amounts): void {
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
