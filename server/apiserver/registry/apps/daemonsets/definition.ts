/** daemonsets.apps: names, versions and subresources. */
import { withTemplateGeneration } from '../../../../apis/apps/template-generation.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const daemonSets: ResourceDefinition = {
  group: 'apps',
  resource: 'daemonsets',
  singular: 'daemonset',
  kind: 'DaemonSet',
  namespaced: true,
  shortNames: ['ds'],
  categories: ['all'],
  versions: [
    {
      version: 'v1',
      type: 'io.k8s.api.apps.v1.DaemonSet',
      storage: true,
      servedByDefault: true,
      toStorage: withTemplateGeneration,
    },
  ],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'daemonsets',
};
