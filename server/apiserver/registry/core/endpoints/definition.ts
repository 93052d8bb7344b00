/** endpoints: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const endpoints: ResourceDefinition = {
  group: '',
  resource: 'endpoints',
  singular: 'endpoints',
  kind: 'Endpoints',
  namespaced: true,
  shortNames: ['ep'],
  versions: [
    {
      version: 'v1',
      type: 'io.k8s.api.core.v1.Endpoints',
      storage: true,
      servedByDefault: true,
      deprecationWarning: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
    },
  ],
  strategy,
  table,
  storagePrefix: 'services/endpoints',
};
