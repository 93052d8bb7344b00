/** Where a load balancer lets traffic in: shared by Services and Ingresses. */
import type { JsonValue } from '../../../../apimachinery/json.ts';
import { fieldsOf, itemsOf, stringOf } from './json-reading.ts';

/** IPs, or host names where a point has no IP; sorted, each once. In full: only upstream's clients ever shorten them. */
export function loadBalancerAddresses(loadBalancer: JsonValue | undefined): string[] {
  const addresses = new Set<string>();
  for (const item of itemsOf(fieldsOf(loadBalancer).ingress)) {
    const point = fieldsOf(item);
    const address = stringOf(point.ip) || stringOf(point.hostname);
    if (address !== '') addresses.add(address);
  }
  return [...addresses].sort();
}
