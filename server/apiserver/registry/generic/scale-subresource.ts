/** The scale subresource as every built-in workload has it: an autoscaling/v1 Scale over three paths of the object. */
import type { SubresourceDefinition } from './resource-definition.ts';

export const scaleSubresource: SubresourceDefinition = {
  name: 'scale',
  verbs: ['get', 'patch', 'update'],
  kind: { group: 'autoscaling', version: 'v1', kind: 'Scale', type: 'io.k8s.api.autoscaling.v1.Scale' },
  served: 'scale',
  scale: { specReplicas: '.spec.replicas', statusReplicas: '.status.replicas', selector: '.spec.selector' },
};
