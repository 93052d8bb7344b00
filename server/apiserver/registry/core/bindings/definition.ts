/** bindings: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { table } from './table.ts';

export const bindings: ResourceDefinition = {
  group: '',
  resource: 'bindings',
  singular: 'binding',
  kind: 'Binding',
  namespaced: true,
  versions: [{ version: 'v1', type: 'io.k8s.api.core.v1.Binding', storage: true, servedByDefault: true }],
  strategy: {},
  table,
  verbs: ['create'],
  virtual: true,
};
