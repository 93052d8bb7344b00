/** pods: names, versions and subresources. */
import { asBoolean, asObject, asObjects, asText } from '../../../../apimachinery/json-access.ts';
import { unsupportedFieldLabel } from '../../generic/field-label.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { ephemeralContainersStrategy, resizeStrategy, statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const pods: ResourceDefinition = {
  group: '',
  resource: 'pods',
  singular: 'pod',
  kind: 'Pod',
  namespaced: true,
  shortNames: ['po'],
  categories: ['all'],
  versions: [{ version: 'v1', type: 'io.k8s.api.core.v1.Pod', storage: true, servedByDefault: true }],
  strategy,
  table,
  selectableFields: {
    'spec.nodeName': (pod) => asText(asObject(pod.spec).nodeName),
    'spec.host': (pod) => asText(asObject(pod.spec).nodeName),
    'spec.restartPolicy': (pod) => asText(asObject(pod.spec).restartPolicy),
    'spec.schedulerName': (pod) => asText(asObject(pod.spec).schedulerName),
    'spec.serviceAccountName': (pod) => asText(asObject(pod.spec).serviceAccountName),
    'spec.hostNetwork': (pod) => String(asBoolean(asObject(pod.spec).hostNetwork)),
    'status.phase': (pod) => asText(asObject(pod.status).phase),
    'status.podIP': (pod) => asText(asObjects(asObject(pod.status).podIPs)[0]?.ip),
    'status.podIPs': () => '',
    'status.nominatedNodeName': (pod) => asText(asObject(pod.status).nominatedNodeName),
  },
  unknownFieldLabel: unsupportedFieldLabel,
  subresources: [
    {
      name: 'attach',
      verbs: ['create', 'get'],
      kind: { group: '', version: 'v1', kind: 'PodAttachOptions', type: 'io.k8s.api.core.v1.PodAttachOptions' },
      served: 'handler',
    },
    {
      name: 'binding',
      verbs: ['create'],
      kind: { group: '', version: 'v1', kind: 'Binding', type: 'io.k8s.api.core.v1.Binding' },
      served: 'handler',
    },
    {
      name: 'ephemeralcontainers',
      verbs: ['get', 'patch', 'update'],
      served: 'handler',
      strategy: ephemeralContainersStrategy,
    },
    {
      name: 'eviction',
      verbs: ['create'],
      kind: { group: 'policy', version: 'v1', kind: 'Eviction', type: 'io.k8s.api.policy.v1.Eviction' },
      served: 'handler',
    },
    {
      name: 'exec',
      verbs: ['create', 'get'],
      kind: { group: '', version: 'v1', kind: 'PodExecOptions', type: 'io.k8s.api.core.v1.PodExecOptions' },
      served: 'handler',
    },
    { name: 'log', verbs: ['get'], served: 'handler' },
    {
      name: 'portforward',
      verbs: ['create', 'get'],
      kind: {
        group: '',
        version: 'v1',
        kind: 'PodPortForwardOptions',
        type: 'io.k8s.api.core.v1.PodPortForwardOptions',
      },
      served: 'handler',
    },
    {
      name: 'proxy',
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      kind: { group: '', version: 'v1', kind: 'PodProxyOptions', type: 'io.k8s.api.core.v1.PodProxyOptions' },
      served: 'handler',
    },
    { name: 'resize', verbs: ['get', 'patch', 'update'], served: 'handler', strategy: resizeStrategy },
    { name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy },
  ],
  storagePrefix: 'pods',
};
