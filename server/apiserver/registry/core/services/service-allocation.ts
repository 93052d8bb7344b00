/** Puts the allocation of addresses and ports together over the stores that it writes to. */
import type { Clock } from '../../../../apimachinery/clock/clock.ts';
import type { Random } from '../../../../apimachinery/clock/random.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import type { GenericStore } from '../../generic/store.ts';
import type { OwnFields } from '../../own-fields.ts';
import type { StoreHooks } from '../../generic/store-hooks.ts';
import { ipAddresses } from '../../networking/ipaddresses/definition.ts';
import { serviceCidrs } from '../../networking/servicecidrs/definition.ts';
import { endpoints } from '../endpoints/definition.ts';
import { ServiceHooks } from './allocation/service-hooks.ts';
import { AddressAllocator } from './allocator/address-allocator.ts';
import { familyOf, type IpFamily } from './allocator/address-range.ts';
import { Claims } from './allocator/claims.ts';
import { nodePortClaims } from './allocator/node-port-claims.ts';
import { PortAllocator } from './allocator/port-allocator.ts';
import type { PortRange } from './allocator/port-range.ts';
import { ServiceRanges } from './allocator/service-ranges.ts';

export interface ServiceAllocationOptions {
  readonly storeOf: (definition: ResourceDefinition) => GenericStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Of --service-cluster-ip-range, in its order. */
  readonly families: readonly IpFamily[];
  readonly nodePorts: PortRange;
  readonly onTrouble: (error: unknown) => void;
}

export interface ServiceAllocation {
  readonly hooks: StoreHooks;
  readonly addressClaims: Claims;
  readonly portClaims: Claims;
  readonly ranges: ServiceRanges;
}

/** Labels by which anybody tells whose an IPAddress is. */
export const addressLabels = {
  family: 'ipaddress.kubernetes.io/ip-family',
  managedBy: 'ipaddress.kubernetes.io/managed-by',
  manager: 'ipallocator.k8s.io',
} as const;

const addressFields: OwnFields = {
  manager: 'kube-apiserver',
  operation: 'Update',
  apiVersion: 'networking.k8s.io/v1',
  fieldsV1: {
    'f:metadata': {
      'f:labels': { '.': {}, [`f:${addressLabels.family}`]: {}, [`f:${addressLabels.managedBy}`]: {} },
    },
    'f:spec': { 'f:parentRef': { '.': {}, 'f:name': {}, 'f:namespace': {}, 'f:resource': {} } },
  },
};

export function newServiceAllocation(options: ServiceAllocationOptions): ServiceAllocation {
  const { storeOf, clock, random, families, nodePorts, onTrouble } = options;
  const addressClaims = new Claims({
    store: storeOf(ipAddresses),
    clock,
    random,
    labels: (address) => ({
      [addressLabels.family]: familyOf(address) ?? 'IPv4',
      [addressLabels.managedBy]: addressLabels.manager,
    }),
    fields: addressFields,
  });
  const portClaims = new Claims({ store: storeOf(nodePortClaims), clock, random, labels: () => ({}) });
  const ranges = new ServiceRanges(storeOf(serviceCidrs));
  const hooks = new ServiceHooks({
    addresses: new AddressAllocator({ claims: addressClaims, ranges, families, random }),
    ports: new PortAllocator({ claims: portClaims, range: nodePorts, random }),
    endpoints: storeOf(endpoints),
    onTrouble,
  });
  return { hooks, addressClaims, portClaims, ranges };
}
