/** Writes of core Events. */
import { validateCoreEvent } from '../../../../apis/core/validation/event.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  allowCreateOnUpdate: true,
  validate: validateCoreEvent,
  validateUpdate: validateCoreEvent,
};
