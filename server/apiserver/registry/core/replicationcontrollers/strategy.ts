/** Writes of ReplicationControllers. */
import {
  validateReplicationController,
  validateReplicationControllerStatusUpdate,
} from '../../../../apis/core/validation/replication-controller.ts';
import { validateWholeDnsSubdomain } from '../../../../apimachinery/validation/names.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';
import { isSameGeneration, templateWarnings, workloadStrategy } from '../../generic/workload-strategy.ts';

export const strategy: Strategy = {
  ...workloadStrategy,
  validateName: validateWholeDnsSubdomain,
  // Controllers from before garbage collection leave their pods behind.
  defaultGarbageCollectionPolicy: 'OrphanDependents',
  validate: validateReplicationController,
  validateUpdate: validateReplicationController,
  // Upstream looks at the wrong one of the two.
  warningsOnUpdate: (controller, old) => (isSameGeneration(controller, old) ? [] : templateWarnings(old)),
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  validateUpdate: validateReplicationControllerStatusUpdate,
});
