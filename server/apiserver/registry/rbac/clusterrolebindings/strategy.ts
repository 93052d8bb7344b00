/** Writes of ClusterRoleBindings. */
import { validatePathSegmentName } from '../../../../apimachinery/validation/names.ts';
import { validateClusterRoleBinding, validateRoleKept } from '../../../../apis/rbac/validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object', validateClusterRoleBinding, 'change'],
  allowCreateOnUpdate: true,
  validateName: validatePathSegmentName,
  validate: validateClusterRoleBinding,
  validateUpdate: validateRoleKept,
};
