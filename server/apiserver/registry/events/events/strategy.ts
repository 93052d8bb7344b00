/** Writes of events.k8s.io Events: the objects are core Events here, and the rules are stricter. */
import { validateEvent, validateEventAsCore, validateEventUpdate } from '../../../../apis/core/validation/event.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: [validateEventAsCore, 'change'],
  allowCreateOnUpdate: true,
  validateBeforeMetadata: validateEventAsCore,
  validate: validateEvent,
  validateUpdate: validateEventUpdate,
};
