/** LimitPodHardAntiAffinityTopology: required anti-affinity may keep pods apart by host, not by anything larger. */
import { newForbidden } from '../../apimachinery/errors/status-error.ts';
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import type { AdmissionPlugin } from './admission.ts';

const hostname = 'kubernetes.io/hostname';

export const limitPodHardAntiAffinityTopology: AdmissionPlugin = {
  name: 'LimitPodHardAntiAffinityTopology',
  resources: ['pods'],
  operations: ['CREATE', 'UPDATE'],
  validate({ object, scope }) {
    const { podAntiAffinity } = asObject(asObject(object?.spec).affinity);
    for (const term of asObjects(asObject(podAntiAffinity).requiredDuringSchedulingIgnoredDuringExecution)) {
      const key = asText(term.topologyKey);
      if (key === hostname) continue;
      const detail =
        `affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey ${key} ` +
        `but only key ${hostname} is allowed`;
      throw newForbidden(scope.groupResource, object?.metadata.name ?? '', detail);
    }
  },
};
