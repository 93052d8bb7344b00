/** Writes of PodDisruptionBudgets. */
import {
  validatePodDisruptionBudget,
  validatePodDisruptionBudgetStatusUpdate,
  validatePodDisruptionBudgetUpdate,
} from '../../../../apis/policy/validation.ts';
import { validatePathSegmentName } from '../../../../apimachinery/validation/names.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataLast: true,
  metadataOnUpdate: [],
  validateName: validatePathSegmentName,
  allowUnconditionalUpdate: false,
  generation: true,
  validate: validatePodDisruptionBudget,
  validateUpdate: validatePodDisruptionBudgetUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  metadataOnUpdate: [],
  validateUpdate: validatePodDisruptionBudgetStatusUpdate,
});
