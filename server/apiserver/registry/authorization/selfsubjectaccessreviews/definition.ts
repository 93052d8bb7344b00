/** selfsubjectaccessreviews.authorization.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { table } from './table.ts';

export const selfSubjectAccessReviews: ResourceDefinition = {
  group: 'authorization.k8s.io',
  resource: 'selfsubjectaccessreviews',
  singular: 'selfsubjectaccessreview',
  kind: 'SelfSubjectAccessReview',
  namespaced: false,
  versions: [
    {
      version: 'v1',
      type: 'io.k8s.api.authorization.v1.SelfSubjectAccessReview',
      storage: true,
      servedByDefault: true,
    },
  ],
  strategy: {},
  table,
  verbs: ['create'],
  virtual: true,
};
