/** ipaddresses.networking.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const ipAddresses: ResourceDefinition = {
  group: 'networking.k8s.io',
  resource: 'ipaddresses',
  singular: 'ipaddress',
  kind: 'IPAddress',
  namespaced: false,
  shortNames: ['ip'],
  versions: [
    { version: 'v1', type: 'io.k8s.api.networking.v1.IPAddress', storage: true, servedByDefault: true },
    {
      version: 'v1beta1',
      type: 'io.k8s.api.networking.v1beta1.IPAddress',
      servedByDefault: false,
      deprecationWarning: 'networking.k8s.io/v1beta1 IPAddress is deprecated in v1.34+, unavailable in v1.37+',
    },
  ],
  strategy,
  table,
  storagePrefix: 'ipaddresses',
};
