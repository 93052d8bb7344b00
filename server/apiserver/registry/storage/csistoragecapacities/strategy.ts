/** Writes of CSIStorageCapacities. */
import { validateCsiStorageCapacity, validateCsiStorageCapacityUpdate } from '../../../../apis/storage/csi-validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  allowUnconditionalUpdate: false,
  validate: validateCsiStorageCapacity,
  validateUpdate: validateCsiStorageCapacityUpdate,
};
