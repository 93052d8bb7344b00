/** prioritylevelconfigurations.flowcontrol.apiserver.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const priorityLevelConfigurations: ResourceDefinition = {
  group: 'flowcontrol.apiserver.k8s.io',
  resource: 'prioritylevelconfigurations',
  singular: 'prioritylevelconfiguration',
  kind: 'PriorityLevelConfiguration',
  namespaced: false,
  versions: [
    {
      version: 'v1',
      type: 'io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration',
      storage: true,
      servedByDefault: true,
    },
  ],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'prioritylevelconfigurations',
};
