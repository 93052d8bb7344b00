/** Writes of MutatingAdmissionPolicies. */
import { validateMutatingAdmissionPolicy, validateMutatingAdmissionPolicyUpdate } from '../../../../apis/admissionregistration/policy-validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  allowUnconditionalUpdate: false,
  generation: true,
  validate: validateMutatingAdmissionPolicy,
  validateUpdate: validateMutatingAdmissionPolicyUpdate,
};
