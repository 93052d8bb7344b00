/** Writes of PriorityLevelConfigurations. */
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  generation: true,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({ keepMetadata: 'all' });
