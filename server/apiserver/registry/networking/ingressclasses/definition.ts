/** ingressclasses.networking.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const ingressClasses: ResourceDefinition = {
  group: 'networking.k8s.io',
  resource: 'ingressclasses',
  singular: 'ingressclass',
  kind: 'IngressClass',
  namespaced: false,
  versions: [{ version: 'v1', type: 'io.k8s.api.networking.v1.IngressClass', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'ingressclasses',
};
