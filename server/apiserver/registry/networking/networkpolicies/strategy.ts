/** Writes of NetworkPolicies. */
import {
  networkPolicyWarnings,
  validateNetworkPolicy,
  validateNetworkPolicyUpdate,
} from '../../../../apis/networking/network-policy-validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  generation: true,
  warningsOnCreate: networkPolicyWarnings,
  warningsOnUpdate: networkPolicyWarnings,
  metadataOnUpdate: ['change'],
  validate: validateNetworkPolicy,
  validateUpdate: validateNetworkPolicyUpdate,
};
