/** Writes of VolumeAttachments. */
import {
  validateVolumeAttachment,
  validateVolumeAttachmentUpdate,
} from '../../../../apis/storage/volume-attachment-validation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object'],
  returnDeletedObject: true,
  allowUnconditionalUpdate: false,
  validate: validateVolumeAttachment,
  validateUpdate: validateVolumeAttachmentUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  metadataOnUpdate: ['object'],
  keepMetadata: 'all',
  validateUpdate: validateVolumeAttachmentUpdate,
});
