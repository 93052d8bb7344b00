/** leases.coordination.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const leases: ResourceDefinition = {
  group: 'coordination.k8s.io',
  resource: 'leases',
  singular: 'lease',
  kind: 'Lease',
  namespaced: true,
  versions: [{ version: 'v1', type: 'io.k8s.api.coordination.v1.Lease', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'leases',
};
