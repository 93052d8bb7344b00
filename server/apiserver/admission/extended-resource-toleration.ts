/** ExtendedResourceToleration: pods that ask for an extended resource tolerate the taints of nodes that keep themselves for it. */
import { asObject, asObjects, ensureObject } from '../../apimachinery/json-access.ts';
import { isExtendedResourceName } from '../../apis/core/validation/resource-names.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import type { AdmissionPlugin } from './admission.ts';

export const extendedResourceToleration: AdmissionPlugin = {
  name: 'ExtendedResourceToleration',
  resources: ['pods'],
  operations: ['CREATE', 'UPDATE'],
  mutate({ object }) {
    if (object === undefined) return;
    const spec = asObject(object.spec);
    const containers = [...asObjects(spec.containers), ...asObjects(spec.initContainers)];
    const asked = containers.flatMap(({ resources }) => Object.keys(asObject(asObject(resources).requests)));
    const given = asObjects(spec.tolerations);
    const added = [...new Set(asked.filter(isExtendedResourceName))]
      .toSorted()
      .filter((key) => !given.some((toleration) => semanticallyEqual(toleration, tolerationOf(key))))
      .map(tolerationOf);
    if (added.length > 0) ensureObject(object, 'spec').tolerations = [...given, ...added];
  },
};

function tolerationOf(key: string): JsonObject {
  return { key, operator: 'Exists', effect: 'NoSchedule' };
}
