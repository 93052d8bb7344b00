/** nodes: names, versions and subresources. */
import { asBoolean, asObject } from '../../../../apimachinery/json-access.ts';
import { unsupportedFieldLabel } from '../../generic/field-label.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const nodes: ResourceDefinition = {
  group: '',
  resource: 'nodes',
  singular: 'node',
  kind: 'Node',
  namespaced: false,
  shortNames: ['no'],
  versions: [{ version: 'v1', type: 'io.k8s.api.core.v1.Node', storage: true, servedByDefault: true }],
  strategy,
  table,
  selectableFields: {
    'spec.unschedulable': (node) => String(asBoolean(asObject(node.spec).unschedulable)),
  },
  selectableNamespace: false,
  unknownFieldLabel: unsupportedFieldLabel,
  subresources: [
    {
      name: 'proxy',
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      kind: { group: '', version: 'v1', kind: 'NodeProxyOptions', type: 'io.k8s.api.core.v1.NodeProxyOptions' },
      served: 'handler',
    },
    { name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy },
  ],
  storagePrefix: 'minions',
};
