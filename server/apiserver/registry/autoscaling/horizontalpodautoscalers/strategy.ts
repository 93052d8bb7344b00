/** Writes of HorizontalPodAutoscalers. */
import {
  validateHorizontalPodAutoscaler,
  validateHorizontalPodAutoscalerStatusUpdate,
  validateHorizontalPodAutoscalerUpdate,
} from '../../../../apis/autoscaling/validation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  validate: validateHorizontalPodAutoscaler,
  validateUpdate: validateHorizontalPodAutoscalerUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  validateUpdate: validateHorizontalPodAutoscalerStatusUpdate,
});
