/** volumeattachments.storage.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const volumeAttachments: ResourceDefinition = {
  group: 'storage.k8s.io',
  resource: 'volumeattachments',
  singular: 'volumeattachment',
  kind: 'VolumeAttachment',
  namespaced: false,
  versions: [{ version: 'v1', type: 'io.k8s.api.storage.v1.VolumeAttachment', storage: true, servedByDefault: true }],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'volumeattachments',
};
