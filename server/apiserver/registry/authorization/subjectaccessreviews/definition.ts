/** subjectaccessreviews.authorization.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { table } from './table.ts';

export const subjectAccessReviews: ResourceDefinition = {
  group: 'authorization.k8s.io',
  resource: 'subjectaccessreviews',
  singular: 'subjectaccessreview',
  kind: 'SubjectAccessReview',
  namespaced: false,
  versions: [
    { version: 'v1', type: 'io.k8s.api.authorization.v1.SubjectAccessReview', storage: true, servedByDefault: true },
  ],
  strategy: {},
  table,
  verbs: ['create'],
  virtual: true,
};
