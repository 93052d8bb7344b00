/** serviceaccounts: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const serviceAccounts: ResourceDefinition = {
  group: '',
  resource: 'serviceaccounts',
  singular: 'serviceaccount',
  kind: 'ServiceAccount',
  namespaced: true,
  shortNames: ['sa'],
  versions: [{ version: 'v1', type: 'io.k8s.api.core.v1.ServiceAccount', storage: true, servedByDefault: true }],
  strategy,
  table,
  subresources: [
    {
      name: 'token',
      verbs: ['create'],
      kind: {
        group: 'authentication.k8s.io',
        version: 'v1',
        kind: 'TokenRequest',
        type: 'io.k8s.api.authentication.v1.TokenRequest',
      },
      served: 'handler',
    },
  ],
  storagePrefix: 'serviceaccounts',
};
