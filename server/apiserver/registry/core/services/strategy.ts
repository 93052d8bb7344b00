/** Writes of Services. Addresses and node ports are allocated before; here they are kept over updates and dropped with their type. */
import { loadBalancerWarnings } from '../../../../apis/core/warnings/services.ts';
import { serviceWarnings } from '../../../../apis/core/warnings/services.ts';
import {
  validateService,
  validateServiceStatusUpdate,
  validateServiceUpdate,
} from '../../../../apis/core/validation/service.ts';
import { validateDnsLabelName } from '../../../../apimachinery/validation/names.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';
import { dropTypeDependentFields, normalizeClusterIps, patchAllocatedValues } from './allocated-fields.ts';

export const strategy: Strategy = {
  allowCreateOnUpdate: true,
  returnDeletedObject: true,
  validateName: validateDnsLabelName,
  prepareForCreate(service) {
    normalizeClusterIps(service, undefined);
  },
  prepareForUpdate(service, old) {
    patchAllocatedValues(service, old);
    normalizeClusterIps(service, old);
    dropTypeDependentFields(service, old);
  },
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  warningsOnCreate: serviceWarnings,
  warningsOnUpdate: serviceWarnings,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  validateUpdate: validateServiceStatusUpdate,
  warningsOnUpdate: loadBalancerWarnings,
});
