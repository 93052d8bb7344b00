/** Writes of ResourcePoolStatusRequests. */
import {
  validateResourcePoolStatusRequest,
  validateResourcePoolStatusRequestStatusUpdate,
} from '../../../../apis/resource/pool-status-validation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  returnDeletedObject: true,
  allowUnconditionalUpdate: false,
  validate: (request) => validateResourcePoolStatusRequest(request),
  validateUpdate: validateResourcePoolStatusRequest,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  keepMetadata: 'all',
  validateUpdate: validateResourcePoolStatusRequestStatusUpdate,
});
