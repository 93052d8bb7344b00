/** NodeDeclaredFeatureValidator: a change of a pod that only newer kubelets can carry out needs a node that declares it can. */
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import type { AdmissionPlugin } from './admission.ts';
import type { ObjectReader } from './object-reader.ts';
import { refusal } from './refusal.ts';

const nodes = { group: '', resource: 'nodes' };

/** By the name that nodes declare: whether the change needs it. */
const features: readonly (readonly [name: string, needs: (spec: JsonObject, before: JsonObject) => boolean])[] = [
  ['InPlacePodLevelResourcesVerticalScaling', resizesPod],
  ['InPlacePodVerticalScalingInitContainers', resizesInitContainers],
];

export function nodeDeclaredFeatureValidator(objects: ObjectReader): AdmissionPlugin {
  return {
    name: 'NodeDeclaredFeatureValidator',
    resources: ['pods', 'pods/resize'],
    operations: ['UPDATE'],
    validate(attributes) {
      const { object, old } = attributes;
      const spec = asObject(object?.spec);
      const nodeName = asText(spec.nodeName);
      // The generation counts changes of the spec.
      if (nodeName === '' || object?.metadata.generation === old?.metadata.generation) return;
      const needed = features.filter(([, needs]) => needs(spec, asObject(old?.spec))).map(([name]) => name);
      if (needed.length === 0) return;
      const node = objects.get(nodes, nodeName);
      if (node === undefined) throw refusal(attributes, `node ${goQuote(nodeName)} not found`);
      const declared = asTexts(asObject(node.status).declaredFeatures);
      const missing = needed.filter((name) => !declared.includes(name));
      if (missing.length === 0) return;
      const what = `pod update requires features ${missing.join(', ')}`;
      throw refusal(attributes, `${what} which are not available on node ${goQuote(nodeName)}`);
    },
  };
}

function resizesPod({ resources }: JsonObject, before: JsonObject): boolean {
  if (!isSet(resources) && !isSet(before.resources)) return false;
  return !semanticallyEqual(resources, before.resources);
}

function resizesInitContainers(spec: JsonObject, before: JsonObject): boolean {
  const containers = asObjects(spec.initContainers);
  return asObjects(before.initContainers).some(
    (old, index) => old.restartPolicy !== 'Always' && !semanticallyEqual(old.resources, containers[index]?.resources),
  );
}
