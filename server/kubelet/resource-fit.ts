/** Whether a pod's requests fit on its node beside those of the others: what the scheduler has looked at, and others that assign pods have not. */
import { addTo, parseAmounts, podAmounts } from '../apis/core/v1/container-resources.ts';
import { asObject } from '../apimachinery/json-access.ts';
import { quantityMilliValue, quantityValue } from '../apimachinery/quantity/arithmetic.ts';
import { parseQuantity, type Quantity } from '../apimachinery/quantity/quantity.ts';
import type { Pod } from '../client/api-types.ts';

export interface Shortage {
  readonly resource: string;
  readonly requested: bigint;
  readonly used: bigint;
  readonly capacity: bigint;
}

/** What a node has that its kubelet looks after; what else it shows is given out by others. */
export type Allocatable = Readonly<Record<string, string>>;

/** Before all others, in upstream's order. */
const first = ['cpu', 'memory', 'ephemeral-storage'];

/** The first resource that there is too little of. */
export function shortageOf(pod: Pod, others: Iterable<Pod>, allocatable: Allocatable): Shortage | undefined {
  const neighbours = [...others];
  const [used, pods] = [BigInt(neighbours.length), quantityValue(parseQuantity(allocatable.pods ?? '0'))];
  if (used + 1n > pods) return { resource: 'pods', requested: 1n, used, capacity: pods };
  const asked = requestsOf(pod);
  if (asked.size === 0) return undefined;
  const taken = neighbours.map(requestsOf);
  for (const resource of new Set([...first, ...asked.keys()])) {
    const capacity = Object.hasOwn(allocatable, resource) ? allocatable[resource] : undefined;
    const requested = amountOf(resource, asked);
    if (capacity === undefined || requested === 0n) continue;
    const sum = taken.reduce((total, each) => total + amountOf(resource, each), 0n);
    const whole = counted(resource, parseQuantity(capacity));
    if (requested > whole - sum) return { resource, requested, used: sum, capacity: whole };
  }
  return undefined;
}

export function shortageMessage({ resource, requested, used, capacity }: Shortage): string {
  return `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
}

function requestsOf({ spec }: Pod): ReadonlyMap<string, Quantity> {
  const plain = asObject(spec);
  const total = podAmounts(plain, 'requests');
  if (spec?.overhead !== undefined) addTo(total, parseAmounts(plain.overhead));
  return total;
}

function amountOf(resource: string, amounts: ReadonlyMap<string, Quantity>): bigint {
  const amount = amounts.get(resource);
  return amount === undefined ? 0n : counted(resource, amount);
}

/** Processors in thousandths. */
function counted(resource: string, amount: Quantity): bigint {
  return resource === 'cpu' ? quantityMilliValue(amount) : quantityValue(amount);
}
