/** services: names, versions and subresources. */
import { asObject, asText } from '../../../../apimachinery/json-access.ts';
import { unsupportedFieldLabel } from '../../generic/field-label.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const services: ResourceDefinition = {
  group: '',
  resource: 'services',
  singular: 'service',
  kind: 'Service',
  namespaced: true,
  shortNames: ['svc'],
  categories: ['all'],
  versions: [{ version: 'v1', type: 'io.k8s.api.core.v1.Service', storage: true, servedByDefault: true }],
  strategy,
  table,
  selectableFields: {
    'spec.clusterIP': (service) => asText(asObject(service.spec).clusterIP),
    'spec.type': (service) => asText(asObject(service.spec).type),
  },
  unknownFieldLabel: unsupportedFieldLabel,
  subresources: [
    {
      name: 'proxy',
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      kind: { group: '', version: 'v1', kind: 'ServiceProxyOptions', type: 'io.k8s.api.core.v1.ServiceProxyOptions' },
      served: 'handler',
    },
    { name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy },
  ],
  storagePrefix: 'services/specs',
};
