/** volumeattributesclasses.storage.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const volumeAttributesClasses: ResourceDefinition = {
  group: 'storage.k8s.io',
  resource: 'volumeattributesclasses',
  singular: 'volumeattributesclass',
  kind: 'VolumeAttributesClass',
  namespaced: false,
  shortNames: ['vac'],
  versions: [
    { version: 'v1', type: 'io.k8s.api.storage.v1.VolumeAttributesClass', storage: true, servedByDefault: true },
    {
      version: 'v1beta1',
      type: 'io.k8s.api.storage.v1beta1.VolumeAttributesClass',
      servedByDefault: false,
      deprecationWarning:
        'storage.k8s.io/v1beta1 VolumeAttributesClass is deprecated in v1.34+, unavailable in v1.37+; use storage.k8s.io/v1 VolumeAttributesClass',
    },
  ],
  strategy,
  table,
  storagePrefix: 'volumeattributesclasses',
};
