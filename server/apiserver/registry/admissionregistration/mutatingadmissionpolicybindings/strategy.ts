/** Writes of MutatingAdmissionPolicyBindings. */
import { staticNameWarnings } from '../../../../apis/admissionregistration/static-name-warnings.ts';
import { validateMutatingAdmissionPolicyBinding } from '../../../../apis/admissionregistration/policy-validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object'],
  allowUnconditionalUpdate: false,
  generation: true,
  validate: validateMutatingAdmissionPolicyBinding,
  validateUpdate: validateMutatingAdmissionPolicyBinding,
  warningsOnCreate: staticNameWarnings,
  warningsOnUpdate: staticNameWarnings,
};
