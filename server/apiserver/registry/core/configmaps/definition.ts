/** configmaps: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const configMaps: ResourceDefinition = {
  group: '',
  resource: 'configmaps',
  singular: 'configmap',
  kind: 'ConfigMap',
  namespaced: true,
  shortNames: ['cm'],
  versions: [{ version: 'v1', type: 'io.k8s.api.core.v1.ConfigMap', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'configmaps',
};
