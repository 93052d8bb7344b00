/** Writes of ReplicaSets. */
import {
  validateReplicaSet,
  validateReplicaSetStatusUpdate,
  validateReplicaSetUpdate,
} from '../../../../apis/apps/validation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';
import { workloadStrategy } from '../../generic/workload-strategy.ts';

export const strategy: Strategy = {
  ...workloadStrategy,
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({ validateUpdate: validateReplicaSetStatusUpdate });
