/** apiservices.apiregistration.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const apiServices: ResourceDefinition = {
  group: 'apiregistration.k8s.io',
  resource: 'apiservices',
  singular: 'apiservice',
  kind: 'APIService',
  namespaced: false,
  storedAsJson: true,
  categories: ['api-extensions'],
  versions: [
    {
      version: 'v1',
      type: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService',
      storage: true,
      servedByDefault: true,
    },
  ],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'apiregistration.k8s.io/apiservices',
};
