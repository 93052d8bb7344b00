/** selfsubjectrulesreviews.authorization.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { table } from './table.ts';

export const selfSubjectRulesReviews: ResourceDefinition = {
  group: 'authorization.k8s.io',
  resource: 'selfsubjectrulesreviews',
  singular: 'selfsubjectrulesreview',
  kind: 'SelfSubjectRulesReview',
  namespaced: false,
  versions: [
    { version: 'v1', type: 'io.k8s.api.authorization.v1.SelfSubjectRulesReview', storage: true, servedByDefault: true },
  ],
  strategy: {},
  table,
  verbs: ['create'],
  virtual: true,
};
