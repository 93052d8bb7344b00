/** devicetaintrules.resource.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const deviceTaintRules: ResourceDefinition = {
  group: 'resource.k8s.io',
  resource: 'devicetaintrules',
  singular: 'devicetaintrule',
  kind: 'DeviceTaintRule',
  namespaced: false,
  versions: [
    { version: 'v1beta2', type: 'io.k8s.api.resource.v1beta2.DeviceTaintRule', servedByDefault: false },
    {
      version: 'v1alpha3',
      type: 'io.k8s.api.resource.v1alpha3.DeviceTaintRule',
      storage: true,
      servedByDefault: false,
      deprecationWarning: 'resource.k8s.io/v1alpha3 DeviceTaintRule is deprecated in v1.36+, unavailable in v1.39+',
    },
  ],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'devicetaintrules',
};
