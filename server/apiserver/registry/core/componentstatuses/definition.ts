/** componentstatuses: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { table } from './table.ts';

export const componentStatuses: ResourceDefinition = {
  group: '',
  resource: 'componentstatuses',
  singular: 'componentstatus',
  kind: 'ComponentStatus',
  namespaced: false,
  shortNames: ['cs'],
  versions: [
    {
      version: 'v1',
      type: 'io.k8s.api.core.v1.ComponentStatus',
      storage: true,
      servedByDefault: true,
      deprecationWarning: 'v1 ComponentStatus is deprecated in v1.19+',
    },
  ],
  strategy: {},
  table,
  verbs: ['get', 'list'],
  virtual: true,
};
