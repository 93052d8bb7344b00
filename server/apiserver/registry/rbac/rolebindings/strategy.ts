/** Writes of RoleBindings. */
import { validatePathSegmentName } from '../../../../apimachinery/validation/names.ts';
import { validateRoleBinding, validateRoleKept } from '../../../../apis/rbac/validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object', validateRoleBinding, 'change'],
  allowCreateOnUpdate: true,
  validateName: validatePathSegmentName,
  validate: validateRoleBinding,
  validateUpdate: validateRoleKept,
};
