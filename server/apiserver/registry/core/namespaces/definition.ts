/** namespaces: names, versions and subresources. */
import { asObject, asText } from '../../../../apimachinery/json-access.ts';
import { unsupportedFieldLabel } from '../../generic/field-label.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { finalizeStrategy, statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const namespaces: ResourceDefinition = {
  group: '',
  resource: 'namespaces',
  singular: 'namespace',
  kind: 'Namespace',
  namespaced: false,
  shortNames: ['ns'],
  versions: [{ version: 'v1', type: 'io.k8s.api.core.v1.Namespace', storage: true, servedByDefault: true }],
  strategy,
  table,
  selectableFields: {
    'status.phase': (namespace) => asText(asObject(namespace.status).phase),
  },
  selectableNamespace: false,
  unknownFieldLabel: unsupportedFieldLabel,
  subresources: [
    { name: 'finalize', verbs: ['update'], served: 'handler', strategy: finalizeStrategy },
    { name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy },
  ],
  storagePrefix: 'namespaces',
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
};
