/** Writes of StorageVersionMigrations. */
import {
  validateStorageVersionMigration,
  validateStorageVersionMigrationStatusUpdate,
  validateStorageVersionMigrationUpdate,
} from '../../../../apis/storagemigration/validation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object', validateStorageVersionMigration, 'change'],
  allowUnconditionalUpdate: false,
  validate: validateStorageVersionMigration,
  validateUpdate: validateStorageVersionMigrationUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  keepMetadata: 'all',
  validateUpdate: validateStorageVersionMigrationStatusUpdate,
});
