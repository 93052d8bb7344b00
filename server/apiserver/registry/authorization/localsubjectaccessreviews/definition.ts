/** localsubjectaccessreviews.authorization.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { table } from './table.ts';

export const localSubjectAccessReviews: ResourceDefinition = {
  group: 'authorization.k8s.io',
  resource: 'localsubjectaccessreviews',
  singular: 'localsubjectaccessreview',
  kind: 'LocalSubjectAccessReview',
  namespaced: true,
  versions: [
    {
      version: 'v1',
      type: 'io.k8s.api.authorization.v1.LocalSubjectAccessReview',
      storage: true,
      servedByDefault: true,
    },
  ],
  strategy: {},
  table,
  verbs: ['create'],
  virtual: true,
};
