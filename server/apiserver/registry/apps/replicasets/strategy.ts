/** Writes of ReplicaSets. */
import { validateReplicaSet, validateReplicaSetStatusUpdate, validateReplicaSetUpdate } from '../../../../apis/apps/validation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  generation: true,
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({ validateUpdate: validateReplicaSetStatusUpdate });
