/** networkpolicies.networking.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const networkPolicies: ResourceDefinition = {
  group: 'networking.k8s.io',
  resource: 'networkpolicies',
  singular: 'networkpolicy',
  kind: 'NetworkPolicy',
  namespaced: true,
  shortNames: ['netpol'],
  versions: [{ version: 'v1', type: 'io.k8s.api.networking.v1.NetworkPolicy', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'networkpolicies',
};
