/** The seam to a cloud that makes load balancers; without one, services of the type LoadBalancer wait. */
import type { Node, Service } from '../../client/api-types.ts';

export interface LoadBalancerAddress {
  readonly ip?: string;
  readonly hostname?: string;
  readonly ipMode?: 'VIP' | 'Proxy';
}

export interface LoadBalancerCloud {
  /** Makes it or brings it up to date; the addresses that lead to it. Doing it again changes nothing. */
  ensure(service: Service, nodes: readonly Node[]): Promise<readonly LoadBalancerAddress[]>;
  /** Also where there is none. */
  delete(service: Service): Promise<void>;
}
