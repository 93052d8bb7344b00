/** Writes of events.k8s.io Events: the objects are core Events here, and the rules are stricter. */
import { validateEvent, validateEventUpdate } from '../../../../apis/core/validation/event.ts';
import { validatePathSegmentName } from '../../../../apimachinery/validation/names.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  validateName: validatePathSegmentName,
  allowCreateOnUpdate: true,
  validate: validateEvent,
  validateUpdate: validateEventUpdate,
};
