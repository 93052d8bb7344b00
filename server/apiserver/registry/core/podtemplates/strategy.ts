/** Writes of PodTemplates. */
import { validatePodTemplate } from '../../../../apis/core/validation/replication-controller.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  generation: true,
  returnDeletedObject: true,
  validate: validatePodTemplate,
  validateUpdate: validatePodTemplate,
};
