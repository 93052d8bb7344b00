/** Writes of CSINodes. */
import { validateCsiNode, validateCsiNodeUpdate } from '../../../../apis/storage/csi-validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object'],
  returnDeletedObject: true,
  allowUnconditionalUpdate: false,
  validate: validateCsiNode,
  validateUpdate: validateCsiNodeUpdate,
};
