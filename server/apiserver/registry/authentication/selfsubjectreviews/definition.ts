/** selfsubjectreviews.authentication.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { table } from './table.ts';

export const selfSubjectReviews: ResourceDefinition = {
  group: 'authentication.k8s.io',
  resource: 'selfsubjectreviews',
  singular: 'selfsubjectreview',
  kind: 'SelfSubjectReview',
  namespaced: false,
  versions: [
    { version: 'v1', type: 'io.k8s.api.authentication.v1.SelfSubjectReview', storage: true, servedByDefault: true },
  ],
  strategy: {},
  table,
  verbs: ['create'],
  virtual: true,
};
