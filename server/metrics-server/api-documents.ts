/** What the metrics server says of the resources that it has: discovery, aggregated and not. */
import { group, version } from './metrics-objects.ts';

const groupVersion = `${group}/${version}`;
const verbs = ['get', 'list'];

const resources = [
  { name: 'nodes', kind: 'NodeMetrics', namespaced: false },
  { name: 'pods', kind: 'PodMetrics', namespaced: true },
];

export const resourceList = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources: resources.map((each) => ({ ...each, singularName: '', verbs })),
};

const ownVersion = { groupVersion, version };
export const apiGroup = {
  kind: 'APIGroup',
  apiVersion: 'v1',
  name: group,
  versions: [ownVersion],
  preferredVersion: ownVersion,
};

export const aggregatedGroups = {
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items: [
    {
      metadata: { name: group, creationTimestamp: null },
      versions: [
        {
          version,
          freshness: 'Current',
          resources: resources.map(({ name, kind, namespaced }) => ({
            resource: name,
            responseKind: { group, version, kind },
            scope: namespaced ? 'Namespaced' : 'Cluster',
            singularResource: '',
            verbs,
          })),
        },
      ],
    },
  ],
};
export const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
