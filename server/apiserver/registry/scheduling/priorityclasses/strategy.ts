/** Writes of PriorityClasses. */
import { startGeneration } from '../../generic/generation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  // Never bumped: value and policy cannot change.
  prepareForCreate: startGeneration,
};
