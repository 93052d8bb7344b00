/** PodResizeValidator: a pod on a node grows only as far as the node could ever give, and on Linux only. */
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { asObject, asText } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { compareQuantities, quantityMilliValue, quantityValue } from '../../apimachinery/quantity/arithmetic.ts';
import { parseQuantity } from '../../apimachinery/quantity/quantity.ts';
import { addTo, parseAmounts, podAmounts } from '../../apis/core/v1/container-resources.ts';
import type { AdmissionPlugin } from './admission.ts';
import type { ObjectReader } from './object-reader.ts';
import { refusal } from './refusal.ts';

const nodes = { group: '', resource: 'nodes' };
const zero = parseQuantity('0');
/** The unit in which each is reported. */
const bounded = [
  ['cpu', quantityMilliValue],
  ['memory', quantityValue],
] as const;

export function podResizeValidator(objects: ObjectReader): AdmissionPlugin {
  return {
    name: 'PodResizeValidator',
    resources: ['pods/resize'],
    operations: ['UPDATE'],
    validate(attributes) {
      const { object, old } = attributes;
      const nodeName = asText(asObject(object?.spec).nodeName);
      if (object === undefined || nodeName === '') return;
      // The generation counts changes of the spec.
      if (object.metadata.generation === old?.metadata.generation) return;
      const node = objects.get(nodes, nodeName);
      if (node === undefined) throw refusal(attributes, `node ${goQuote(nodeName)} not found`);
      const system = node.metadata.labels?.['kubernetes.io/os'] ?? 'linux';
      if (system !== 'linux') {
        const detail = `pod resize is only supported on linux nodes, node ${goQuote(nodeName)} is ${goQuote(system)}`;
        throw refusal(attributes, detail, { reason: 'UnsupportedPlatform' });
      }
      const beyond = beyondNode(object, node);
      if (beyond.length === 0) return;
      const detail = `node didn't have enough allocatable resources: ${beyond.join('; ')}`;
      throw refusal(attributes, detail, { reason: 'NodeCapacity' });
    },
  };
}

function beyondNode(pod: KubeObject, node: KubeObject): string[] {
  const spec = asObject(pod.spec);
  const requests = podAmounts(spec, 'requests');
  addTo(requests, parseAmounts(spec.overhead));
  const allocatable = parseAmounts(asObject(node.status).allocatable);
  return bounded.flatMap(([name, read]) => {
    const requested = requests.get(name) ?? zero;
    const present = allocatable.get(name) ?? zero;
    if (compareQuantities(requested, present) <= 0) return [];
    return `${name}, requested: ${read(requested)}, allocatable: ${read(present)}`;
  });
}
