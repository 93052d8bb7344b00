/** Writes of PodGroups. */
import { dropPodGroupFields, validatePodGroup } from '../../../../apis/scheduling/pod-group-rules.ts';
import { validatePodGroupStatusUpdate } from '../../../../apis/scheduling/validation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  prepareForCreate: (group) => dropPodGroupFields(group),
  prepareForUpdate: (group, old) => dropPodGroupFields(group, old),
  validate: (group) => validatePodGroup(group),
  validateUpdate: validatePodGroup,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  keepMetadata: 'all',
  validateUpdate: validatePodGroupStatusUpdate,
});
