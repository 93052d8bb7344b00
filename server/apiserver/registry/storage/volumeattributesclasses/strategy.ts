/** Writes of VolumeAttributesClasses. */
import {
  validateVolumeAttributesClass,
  validateVolumeAttributesClassUpdate,
} from '../../../../apis/storage/storage-class-validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  returnDeletedObject: true,
  validate: validateVolumeAttributesClass,
  validateUpdate: validateVolumeAttributesClassUpdate,
};
