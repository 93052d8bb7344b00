/** resourceclaimtemplates.resource.k8s.io: names, versions and subresources. */
import { claimTemplateFromV1, claimTemplateToV1 } from '../../../../apis/resource/conversion.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const resourceClaimTemplates: ResourceDefinition = {
  group: 'resource.k8s.io',
  resource: 'resourceclaimtemplates',
  singular: 'resourceclaimtemplate',
  kind: 'ResourceClaimTemplate',
  namespaced: true,
  versions: [
    { version: 'v1', type: 'io.k8s.api.resource.v1.ResourceClaimTemplate', storage: true, servedByDefault: true },
    {
      version: 'v1beta2',
      type: 'io.k8s.api.resource.v1beta2.ResourceClaimTemplate',
      servedByDefault: false,
      deprecationWarning:
        'resource.k8s.io/v1beta2 ResourceClaimTemplate is deprecated in v1.36+, unavailable in v1.39+',
    },
    {
      version: 'v1beta1',
      type: 'io.k8s.api.resource.v1beta1.ResourceClaimTemplate',
      servedByDefault: false,
      deprecationWarning:
        'resource.k8s.io/v1beta1 ResourceClaimTemplate is deprecated in v1.35+, unavailable in v1.38+',
      toStorage: claimTemplateToV1,
      fromStorage: claimTemplateFromV1,
    },
  ],
  strategy,
  table,
  storagePrefix: 'resourceclaimtemplates',
};
