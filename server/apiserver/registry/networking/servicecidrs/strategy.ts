/** Writes of ServiceCIDRs. */
import { validateServiceCidr, validateServiceCidrUpdate } from '../../../../apis/networking/address-validation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  validate: validateServiceCidr,
  validateUpdate: validateServiceCidrUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({ keepMetadata: 'all' });
