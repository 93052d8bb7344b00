/** ingresses.networking.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const ingresses: ResourceDefinition = {
  group: 'networking.k8s.io',
  resource: 'ingresses',
  singular: 'ingress',
  kind: 'Ingress',
  namespaced: true,
  shortNames: ['ing'],
  versions: [{ version: 'v1', type: 'io.k8s.api.networking.v1.Ingress', storage: true, servedByDefault: true }],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'ingress',
};
