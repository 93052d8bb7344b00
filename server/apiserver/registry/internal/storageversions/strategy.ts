/** Writes of StorageVersions. */
import { finalizerErrors } from '../../../../apis/core/validation/finalizers.ts';
import {
  storageVersionNameComplaints,
  validateStorageVersionStatusUpdate,
} from '../../../../apis/internal/validation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: [],
  allowUnconditionalUpdate: false,
  validateName: storageVersionNameComplaints,
  validate: finalizerErrors,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  metadataOnUpdate: [],
  keepMetadata: 'all',
  validateUpdate: validateStorageVersionStatusUpdate,
});
