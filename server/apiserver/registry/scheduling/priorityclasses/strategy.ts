/** Writes of PriorityClasses. */
import { validatePriorityClass, validatePriorityClassUpdate } from '../../../../apis/scheduling/validation.ts';
import { startGeneration } from '../../generic/generation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  // Never bumped: value and policy cannot change.
  prepareForCreate: startGeneration,
  validate: validatePriorityClass,
  validateUpdate: validatePriorityClassUpdate,
};
