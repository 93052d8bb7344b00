/** The names of a cluster, from informers that follow it. */
import type { EndpointSlice, Service } from '../client/api-types.ts';
import type { Informer } from '../client/informer.ts';
import { joinKey } from '../client/lister.ts';
import { serviceOf, sliceIndex } from '../client/slice-index.ts';
import type { ClusterNames } from './records.ts';

interface ClusterNamesParts {
  readonly domain: string;
  readonly services: Informer<Service>;
  readonly slices: Informer<EndpointSlice>;
}

const atAddress = 'address';

export function clusterNames({ domain, services, slices }: ClusterNamesParts): ClusterNames {
  services.addIndexes({ [atAddress]: ({ spec }) => spec?.clusterIPs ?? [] });
  slices.addIndexes({
    ...sliceIndex,
    [atAddress]: ({ endpoints }) => (endpoints ?? []).flatMap(({ addresses }) => addresses),
  });
  return {
    domain,
    service: (namespace, name) => services.lister.get(name, namespace),
    slicesOf: (namespace, name) => slices.lister.byIndex('service', joinKey(name, namespace)),
    hasNamespace: (namespace) => services.lister.list(namespace).length > 0,
    servicesAt(address) {
      const behind = slices.lister
        .byIndex(atAddress, address)
        .flatMap((slice) => services.lister.byKey(serviceOf(slice)) ?? []);
      return [...services.lister.byIndex(atAddress, address), ...behind];
    },
  };
}
