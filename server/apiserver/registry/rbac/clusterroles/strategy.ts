/** Writes of ClusterRoles. */
import { validatePathSegmentName } from '../../../../apimachinery/validation/names.ts';
import { validateClusterRole, validateClusterRoleUpdate } from '../../../../apis/rbac/validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object', validateClusterRoleUpdate, 'change'],
  allowCreateOnUpdate: true,
  validateName: validatePathSegmentName,
  validate: validateClusterRole,
};
