/** Writes of HorizontalPodAutoscalers. */
import {
  validateHorizontalPodAutoscaler,
  validateHorizontalPodAutoscalerStatusUpdate,
  validateHorizontalPodAutoscalerUpdate,
} from '../../../../apis/autoscaling/validation.ts';
import { setBehaviorDefaults } from '../../../../apis/autoscaling/v2/defaults.ts';
import { asObject } from '../../../../apimachinery/json-access.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  validate: validateHorizontalPodAutoscaler,
  validateUpdate: validateHorizontalPodAutoscalerUpdate,
  canonicalize: (autoscaler) => setBehaviorDefaults(asObject(autoscaler.spec)),
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  validateUpdate: validateHorizontalPodAutoscalerStatusUpdate,
});
