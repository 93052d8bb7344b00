/** Writes of Roles. */
import { validatePathSegmentName } from '../../../../apimachinery/validation/names.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  allowCreateOnUpdate: true,
  validateName: validatePathSegmentName,
};
