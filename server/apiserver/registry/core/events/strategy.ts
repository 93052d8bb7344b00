/** Writes of core Events. */
import { validateCoreEvent } from '../../../../apis/core/validation/event.ts';
import { validatePathSegmentName } from '../../../../apimachinery/validation/names.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataLast: true,
  metadataOnUpdate: [],
  validateName: validatePathSegmentName,
  allowCreateOnUpdate: true,
  validate: validateCoreEvent,
  validateUpdate: validateCoreEvent,
};
