/** Writes of ReplicationControllers. */
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  generation: true,
  // Controllers from before garbage collection leave their pods behind.
  defaultGarbageCollectionPolicy: 'OrphanDependents',
};

export const statusStrategy: UpdateStrategy = newStatusStrategy();
