/** resourceclaims.resource.k8s.io: names, versions and subresources. */
import { claimFromV1, claimToV1 } from '../../../../apis/resource/conversion.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const resourceClaims: ResourceDefinition = {
  group: 'resource.k8s.io',
  resource: 'resourceclaims',
  singular: 'resourceclaim',
  kind: 'ResourceClaim',
  namespaced: true,
  versions: [
    { version: 'v1', type: 'io.k8s.api.resource.v1.ResourceClaim', storage: true, servedByDefault: true },
    {
      version: 'v1beta2',
      type: 'io.k8s.api.resource.v1beta2.ResourceClaim',
      servedByDefault: false,
      deprecationWarning: 'resource.k8s.io/v1beta2 ResourceClaim is deprecated in v1.36+, unavailable in v1.39+',
    },
    {
      version: 'v1beta1',
      type: 'io.k8s.api.resource.v1beta1.ResourceClaim',
      servedByDefault: false,
      deprecationWarning: 'resource.k8s.io/v1beta1 ResourceClaim is deprecated in v1.35+, unavailable in v1.38+',
      toStorage: claimToV1,
      fromStorage: claimFromV1,
    },
  ],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'resourceclaims',
};
