/** Writes of ResourceQuotas. */
import {
  resourceQuotaWarnings,
  validateResourceQuota,
  validateResourceQuotaStatusUpdate,
  validateResourceQuotaUpdate,
} from '../../../../apis/core/validation/resource-quota.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  returnDeletedObject: true,
  warningsOnCreate: resourceQuotaWarnings,
  validate: validateResourceQuota,
  validateUpdate: validateResourceQuotaUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({ validateUpdate: validateResourceQuotaStatusUpdate });
