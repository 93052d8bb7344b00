/** endpointslices.discovery.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const endpointSlices: ResourceDefinition = {
  group: 'discovery.k8s.io',
  resource: 'endpointslices',
  singular: 'endpointslice',
  kind: 'EndpointSlice',
  namespaced: true,
  versions: [{ version: 'v1', type: 'io.k8s.api.discovery.v1.EndpointSlice', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'endpointslices',
};
