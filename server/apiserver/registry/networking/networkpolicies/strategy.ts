/** Writes of NetworkPolicies. */
import {
  networkPolicyWarnings,
  validateNetworkPolicy,
  validateNetworkPolicyUpdate,
} from '../../../../apis/networking/network-policy-validation.ts';
import { hasEmpties } from '../../../../apimachinery/schema/sent-empties.ts';
import { bumpGeneration } from '../../generic/generation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  generation: true,
  warningsOnCreate: networkPolicyWarnings,
  warningsOnUpdate: networkPolicyWarnings,
  metadataOnUpdate: ['change'],
  // Upstream compares exactly: a list that is sent empty differs from one that is unset.
  prepareForUpdate(policy, old) {
    if (hasEmpties(policy.spec)) bumpGeneration(policy, old);
  },
  validate: validateNetworkPolicy,
  validateUpdate: validateNetworkPolicyUpdate,
};
