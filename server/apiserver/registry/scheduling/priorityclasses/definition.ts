/** priorityclasses.scheduling.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const priorityClasses: ResourceDefinition = {
  group: 'scheduling.k8s.io',
  resource: 'priorityclasses',
  singular: 'priorityclass',
  kind: 'PriorityClass',
  namespaced: false,
  shortNames: ['pc'],
  versions: [{ version: 'v1', type: 'io.k8s.api.scheduling.v1.PriorityClass', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'priorityclasses',
};
