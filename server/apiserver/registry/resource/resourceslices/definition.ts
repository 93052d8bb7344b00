/** resourceslices.resource.k8s.io: names, versions and subresources. */
import { sliceFromV1, sliceToV1 } from '../../../../apis/resource/conversion.ts';
import { asObject, asText } from '../../../../apimachinery/json-access.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const resourceSlices: ResourceDefinition = {
  group: 'resource.k8s.io',
  resource: 'resourceslices',
  singular: 'resourceslice',
  kind: 'ResourceSlice',
  namespaced: false,
  versions: [
    { version: 'v1', type: 'io.k8s.api.resource.v1.ResourceSlice', storage: true, servedByDefault: true },
    {
      version: 'v1beta2',
      type: 'io.k8s.api.resource.v1beta2.ResourceSlice',
      servedByDefault: false,
      deprecationWarning: 'resource.k8s.io/v1beta2 ResourceSlice is deprecated in v1.36+, unavailable in v1.39+',
    },
    {
      version: 'v1beta1',
      type: 'io.k8s.api.resource.v1beta1.ResourceSlice',
      servedByDefault: false,
      deprecationWarning: 'resource.k8s.io/v1beta1 ResourceSlice is deprecated in v1.35+, unavailable in v1.38+',
      toStorage: sliceToV1,
      fromStorage: sliceFromV1,
    },
  ],
  strategy,
  table,
  selectableFields: {
    'spec.nodeName': (slice) => asText(asObject(slice.spec).nodeName),
    'spec.driver': (slice) => asText(asObject(slice.spec).driver),
  },
  selectableNamespace: false,
  unknownFieldLabel: (label) => `field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: ${label}`,
  storagePrefix: 'resourceslices',
};
