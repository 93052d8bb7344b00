/** Writes of PodGroups. */
import { validatePodGroupStatusUpdate } from '../../../../apis/scheduling/validation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  keepMetadata: 'all',
  validateUpdate: validatePodGroupStatusUpdate,
});
