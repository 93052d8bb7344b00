/** Writes of ReplicationControllers. */
import { validateReplicationController, validateReplicationControllerStatusUpdate } from '../../../../apis/core/validation/replication-controller.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  generation: true,
  // Controllers from before garbage collection leave their pods behind.
  defaultGarbageCollectionPolicy: 'OrphanDependents',
  validate: validateReplicationController,
  validateUpdate: validateReplicationController,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({ validateUpdate: validateReplicationControllerStatusUpdate });
