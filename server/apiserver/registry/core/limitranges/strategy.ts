/** Writes of LimitRanges. */
import { validateLimitRange } from '../../../../apis/core/validation/limit-range.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  allowCreateOnUpdate: true,
  validate: validateLimitRange,
  validateUpdate: validateLimitRange,
};
