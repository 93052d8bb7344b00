/** resourcepoolstatusrequests.resource.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const resourcePoolStatusRequests: ResourceDefinition = {
  group: 'resource.k8s.io',
  resource: 'resourcepoolstatusrequests',
  singular: 'resourcepoolstatusrequest',
  kind: 'ResourcePoolStatusRequest',
  namespaced: false,
  versions: [
    {
      version: 'v1alpha3',
      type: 'io.k8s.api.resource.v1alpha3.ResourcePoolStatusRequest',
      storage: true,
      servedByDefault: false,
    },
  ],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'resourcepoolstatusrequests',
};
