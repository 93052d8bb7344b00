/** leasecandidates.coordination.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const leaseCandidates: ResourceDefinition = {
  group: 'coordination.k8s.io',
  resource: 'leasecandidates',
  singular: 'leasecandidate',
  kind: 'LeaseCandidate',
  namespaced: true,
  versions: [
    {
      version: 'v1beta1',
      type: 'io.k8s.api.coordination.v1beta1.LeaseCandidate',
      storage: true,
      servedByDefault: false,
      deprecationWarning: 'coordination.k8s.io/v1beta1 LeaseCandidate is deprecated in v1.36+, unavailable in v1.39+',
    },
    {
      version: 'v1alpha2',
      type: 'io.k8s.api.coordination.v1alpha2.LeaseCandidate',
      servedByDefault: false,
      deprecationWarning: 'coordination.k8s.io/v1alpha2 LeaseCandidate is deprecated in v1.35+, unavailable in v1.38+',
    },
  ],
  strategy,
  table,
  storagePrefix: 'leasecandidates',
};
