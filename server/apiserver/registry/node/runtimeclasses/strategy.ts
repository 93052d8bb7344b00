/** Writes of RuntimeClasses. */
import { validateRuntimeClass, validateRuntimeClassUpdate } from '../../../../apis/node/validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  validate: validateRuntimeClass,
  validateUpdate: validateRuntimeClassUpdate,
};
