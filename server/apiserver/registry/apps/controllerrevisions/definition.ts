/** controllerrevisions.apps: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const controllerRevisions: ResourceDefinition = {
  group: 'apps',
  resource: 'controllerrevisions',
  singular: 'controllerrevision',
  kind: 'ControllerRevision',
  namespaced: true,
  versions: [{ version: 'v1', type: 'io.k8s.api.apps.v1.ControllerRevision', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'controllerrevisions',
};
