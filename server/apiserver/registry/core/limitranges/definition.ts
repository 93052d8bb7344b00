/** limitranges: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const limitRanges: ResourceDefinition = {
  group: '',
  resource: 'limitranges',
  singular: 'limitrange',
  kind: 'LimitRange',
  namespaced: true,
  shortNames: ['limits'],
  versions: [{ version: 'v1', type: 'io.k8s.api.core.v1.LimitRange', storage: true, servedByDefault: true }],
  strategy,
  table,
  storagePrefix: 'limitranges',
};
