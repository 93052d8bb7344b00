/** PodTopologyLabels: a pod gets zone and region of its node as labels, when it is bound or made for a node. */
import { asObject, asText } from '../../apimachinery/json-access.ts';
import type { AdmissionPlugin } from './admission.ts';
import type { ObjectReader } from './object-reader.ts';

const nodes = { group: '', resource: 'nodes' };
const copied = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

export function podTopologyLabels(objects: ObjectReader): AdmissionPlugin {
  return {
    name: 'PodTopologyLabels',
    resources: ['pods', 'pods/binding'],
    operations: ['CREATE'],
    mutate({ object, subresource }) {
      if (object === undefined) return;
      const target = asObject(object.target);
      if (subresource === 'binding' && asText(target.kind) !== 'Node') return;
      const name = asText(subresource === 'binding' ? target.name : asObject(object.spec).nodeName);
      const given = objects.get(nodes, name)?.metadata.labels ?? {};
      const labels = Object.entries(given).filter(([key]) => copied.includes(key));
      if (labels.length > 0) object.metadata.labels = { ...object.metadata.labels, ...Object.fromEntries(labels) };
    },
  };
}
