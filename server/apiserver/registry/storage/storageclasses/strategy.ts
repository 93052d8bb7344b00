/** Writes of StorageClasses. */
import { validateStorageClass, validateStorageClassUpdate } from '../../../../apis/storage/storage-class-validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  returnDeletedObject: true,
  validate: validateStorageClass,
  validateUpdate: validateStorageClassUpdate,
};
