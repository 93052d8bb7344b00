/** validatingwebhookconfigurations.admissionregistration.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const validatingWebhookConfigurations: ResourceDefinition = {
  group: 'admissionregistration.k8s.io',
  resource: 'validatingwebhookconfigurations',
  singular: 'validatingwebhookconfiguration',
  kind: 'ValidatingWebhookConfiguration',
  namespaced: false,
  categories: ['api-extensions'],
  versions: [
    {
      version: 'v1',
      type: 'io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration',
      storage: true,
      servedByDefault: true,
    },
  ],
  strategy,
  table,
  storagePrefix: 'validatingwebhookconfigurations',
};
