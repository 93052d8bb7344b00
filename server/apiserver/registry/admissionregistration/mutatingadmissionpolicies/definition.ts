/** mutatingadmissionpolicies.admissionregistration.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const mutatingAdmissionPolicies: ResourceDefinition = {
  group: 'admissionregistration.k8s.io',
  resource: 'mutatingadmissionpolicies',
  singular: 'mutatingadmissionpolicy',
  kind: 'MutatingAdmissionPolicy',
  namespaced: false,
  categories: ['api-extensions'],
  versions: [
    { version: 'v1', type: 'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy', servedByDefault: true },
    {
      version: 'v1beta1',
      type: 'io.k8s.api.admissionregistration.v1beta1.MutatingAdmissionPolicy',
      storage: true,
      servedByDefault: false,
    },
    {
      version: 'v1alpha1',
      type: 'io.k8s.api.admissionregistration.v1alpha1.MutatingAdmissionPolicy',
      servedByDefault: false,
      deprecationWarning:
        'admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicy is deprecated in v1.35+, unavailable in v1.38+',
    },
  ],
  strategy,
  table,
  storagePrefix: 'mutatingadmissionpolicies',
};
