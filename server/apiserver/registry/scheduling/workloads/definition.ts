/** workloads.scheduling.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const workloads: ResourceDefinition = {
  group: 'scheduling.k8s.io',
  resource: 'workloads',
  singular: 'workload',
  kind: 'Workload',
  namespaced: true,
  versions: [
    { version: 'v1alpha2', type: 'io.k8s.api.scheduling.v1alpha2.Workload', storage: true, servedByDefault: false },
  ],
  strategy,
  table,
  storagePrefix: 'workloads',
};
