/** Writes of DeviceClasses. */
import { validateDeviceClass } from '../../../../apis/resource/claim-validation.ts';
import { validateWholeDnsSubdomain } from '../../../../apimachinery/validation/names.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  validateName: validateWholeDnsSubdomain,
  metadataOnUpdate: ['object', 'change'],
  returnDeletedObject: true,
  generation: true,
  validate: validateDeviceClass,
  validateUpdate: validateDeviceClass,
};
