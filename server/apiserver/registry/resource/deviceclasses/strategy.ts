/** Writes of DeviceClasses. */
import { validateDeviceClass } from '../../../../apis/resource/claim-validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object', 'change'],
  returnDeletedObject: true,
  generation: true,
  validate: validateDeviceClass,
  validateUpdate: validateDeviceClass,
};
