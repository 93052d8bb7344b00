/** runtimeclasses.node.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const runtimeClasses: ResourceDefinition = {
  group: 'node.k8s.io',
  resource: 'runtimeclasses',
  singular: 'runtimeclass',
  kind: 'RuntimeClass',
  namespaced: false,
  versions: [{ version: 'v1', type: 'io.k8s.api.node.v1.RuntimeClass', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'runtimeclasses',
};
