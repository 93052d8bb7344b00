/** mutatingwebhookconfigurations.admissionregistration.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const mutatingWebhookConfigurations: ResourceDefinition = {
  group: 'admissionregistration.k8s.io',
  resource: 'mutatingwebhookconfigurations',
  singular: 'mutatingwebhookconfiguration',
  kind: 'MutatingWebhookConfiguration',
  namespaced: false,
  categories: ['api-extensions'],
  versions: [
    {
      version: 'v1',
      type: 'io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration',
      storage: true,
      servedByDefault: true,
    },
  ],
  strategy,
  table,
  storagePrefix: 'mutatingwebhookconfigurations',
};
