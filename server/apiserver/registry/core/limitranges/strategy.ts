/** Writes of LimitRanges. */
import { validateLimitRange } from '../../../../apis/core/validation/limit-range.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object'],
  allowCreateOnUpdate: true,
  // The one kind whose objects need no name.
  prepareForCreate(range, { random }) {
    if ((range.metadata.name ?? '') === '') range.metadata.name = random.uuid();
  },
  validate: validateLimitRange,
  validateUpdate: validateLimitRange,
};
