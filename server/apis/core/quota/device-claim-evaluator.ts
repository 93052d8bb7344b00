/** Claims of devices count themselves and how many devices of each class they ask for. */
import { asNumber, asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { addQuantities, compareQuantities, quantityFrom } from '../../../apimachinery/quantity/arithmetic.ts';
import { type Amounts, one, zero } from './amounts.ts';
import { countName, type QuotaEvaluator } from './evaluator.ts';

const count = countName('resource.k8s.io', 'resourceclaims');
const classSuffix = '.deviceclass.resource.k8s.io/devices';
/** What "all devices" can come to: so many results a claim may have. */
const maxDevices = 32;

export const deviceClaimEvaluator: QuotaEvaluator = {
  handles: ({ operation, subresource }) => subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  matching: (names) => new Set([...names].filter((name) => name === count || name.endsWith(classSuffix))),
  usage(claim) {
    const usage: Amounts = new Map([[count, one]]);
    for (const { exactly, firstAvailable } of asObjects(asObject(asObject(claim.spec).devices).requests)) {
      const alternatives = asObjects(firstAvailable);
      const asked = alternatives.length > 0 ? alternatives : isSet(exactly) ? [asObject(exactly)] : [];
      for (const [name, quantity] of largestByClass(asked)) {
        usage.set(name, addQuantities(usage.get(name) ?? zero, quantity));
      }
    }
    return usage;
  },
};

/** Of alternatives one will be taken, nobody knows which. */
function largestByClass(requests: readonly JsonObject[]): Amounts {
  const largest: Amounts = new Map();
  for (const request of requests) {
    const name = asText(request.deviceClassName) + classSuffix;
    const quantity = quantityFrom(devicesOf(request), 'DecimalSI');
    if (compareQuantities(quantity, largest.get(name) ?? zero) >= 0) largest.set(name, quantity);
  }
  return largest;
}

function devicesOf({ allocationMode, count: exact }: JsonObject): number {
  if (allocationMode === 'All') return maxDevices;
  return allocationMode === 'ExactCount' ? asNumber(exact) : 0;
}
