/** Writes of Roles. */
import { validatePathSegmentName } from '../../../../apimachinery/validation/names.ts';
import { validateRole } from '../../../../apis/rbac/validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object', validateRole, 'change'],
  allowCreateOnUpdate: true,
  validateName: validatePathSegmentName,
  validate: validateRole,
};
