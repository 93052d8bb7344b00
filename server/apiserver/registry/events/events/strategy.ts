/** Writes of events.k8s.io Events: the objects are core Events here, and the rules are stricter. */
import { validateEvent, validateEventUpdate } from '../../../../apis/core/validation/event.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  allowCreateOnUpdate: true,
  validate: validateEvent,
  validateUpdate: validateEventUpdate,
};
