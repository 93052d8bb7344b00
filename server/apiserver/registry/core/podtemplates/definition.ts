/** podtemplates: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const podTemplates: ResourceDefinition = {
  group: '',
  resource: 'podtemplates',
  singular: 'podtemplate',
  kind: 'PodTemplate',
  namespaced: true,
  versions: [{ version: 'v1', type: 'io.k8s.api.core.v1.PodTemplate', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'podtemplates',
};
