/** replicationcontrollers: names, versions and subresources. */
import { asNumber, asObject } from '../../../../apimachinery/json-access.ts';
import { unsupportedFieldLabel } from '../../generic/field-label.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { scaleSubresource } from '../../generic/scale-subresource.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const replicationControllers: ResourceDefinition = {
  group: '',
  resource: 'replicationcontrollers',
  singular: 'replicationcontroller',
  kind: 'ReplicationController',
  namespaced: true,
  shortNames: ['rc'],
  categories: ['all'],
  versions: [{ version: 'v1', type: 'io.k8s.api.core.v1.ReplicationController', storage: true, servedByDefault: true }],
  strategy,
  table,
  selectableFields: {
    'status.replicas': (controller) => String(asNumber(asObject(controller.status).replicas)),
  },
  unknownFieldLabel: unsupportedFieldLabel,
  subresources: [
    scaleSubresource,
    { name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy },
  ],
  storagePrefix: 'controllers',
};
