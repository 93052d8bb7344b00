/** servicecidrs.networking.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const serviceCidrs: ResourceDefinition = {
  group: 'networking.k8s.io',
  resource: 'servicecidrs',
  singular: 'servicecidr',
  kind: 'ServiceCIDR',
  namespaced: false,
  versions: [
    { version: 'v1', type: 'io.k8s.api.networking.v1.ServiceCIDR', storage: true, servedByDefault: true },
    {
      version: 'v1beta1',
      type: 'io.k8s.api.networking.v1beta1.ServiceCIDR',
      servedByDefault: false,
      deprecationWarning: 'networking.k8s.io/v1beta1 ServiceCIDR is deprecated in v1.34+, unavailable in v1.37+',
    },
  ],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'servicecidrs',
};
