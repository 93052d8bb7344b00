/** flowschemas.flowcontrol.apiserver.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const flowSchemas: ResourceDefinition = {
  group: 'flowcontrol.apiserver.k8s.io',
  resource: 'flowschemas',
  singular: 'flowschema',
  kind: 'FlowSchema',
  namespaced: false,
  versions: [{ version: 'v1', type: 'io.k8s.api.flowcontrol.v1.FlowSchema', storage: true, servedByDefault: true }],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'flowschemas',
};
