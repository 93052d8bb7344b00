/** validatingadmissionpolicies.admissionregistration.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const validatingAdmissionPolicies: ResourceDefinition = {
  group: 'admissionregistration.k8s.io',
  resource: 'validatingadmissionpolicies',
  singular: 'validatingadmissionpolicy',
  kind: 'ValidatingAdmissionPolicy',
  namespaced: false,
  categories: ['api-extensions'],
  versions: [
    {
      version: 'v1',
      type: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy',
      storage: true,
      servedByDefault: true,
    },
  ],
  strategy,
  table,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'validatingadmissionpolicies',
};
