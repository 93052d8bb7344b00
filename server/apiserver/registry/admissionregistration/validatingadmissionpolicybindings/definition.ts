/** validatingadmissionpolicybindings.admissionregistration.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const validatingAdmissionPolicyBindings: ResourceDefinition = {
  group: 'admissionregistration.k8s.io',
  resource: 'validatingadmissionpolicybindings',
  singular: 'validatingadmissionpolicybinding',
  kind: 'ValidatingAdmissionPolicyBinding',
  namespaced: false,
  categories: ['api-extensions'],
  versions: [
    {
      version: 'v1',
      type: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding',
      storage: true,
      servedByDefault: true,
    },
  ],
  strategy,
  table,
  storagePrefix: 'validatingadmissionpolicybindings',
};
