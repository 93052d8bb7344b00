/** deviceclasses.resource.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const deviceClasses: ResourceDefinition = {
  group: 'resource.k8s.io',
  resource: 'deviceclasses',
  singular: 'deviceclass',
  kind: 'DeviceClass',
  namespaced: false,
  versions: [
    { version: 'v1', type: 'io.k8s.api.resource.v1.DeviceClass', storage: true, servedByDefault: true },
    {
      version: 'v1beta2',
      type: 'io.k8s.api.resource.v1beta2.DeviceClass',
      servedByDefault: false,
      deprecationWarning: 'resource.k8s.io/v1beta2 DeviceClass is deprecated in v1.36+, unavailable in v1.39+',
    },
    {
      version: 'v1beta1',
      type: 'io.k8s.api.resource.v1beta1.DeviceClass',
      servedByDefault: false,
      deprecationWarning: 'resource.k8s.io/v1beta1 DeviceClass is deprecated in v1.35+, unavailable in v1.38+',
    },
  ],
  strategy,
  table,
  storagePrefix: 'deviceclasses',
};
