/** tokenreviews.authentication.k8s.io: names, versions and subresources. */
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { table } from './table.ts';

export const tokenReviews: ResourceDefinition = {
  group: 'authentication.k8s.io',
  resource: 'tokenreviews',
  singular: 'tokenreview',
  kind: 'TokenReview',
  namespaced: false,
  versions: [{ version: 'v1', type: 'io.k8s.api.authentication.v1.TokenReview', storage: true, servedByDefault: true }],
  strategy: {},
  table,
  verbs: ['create'],
  virtual: true,
};
