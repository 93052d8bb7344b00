/** Writes of ValidatingAdmissionPolicyBindings. */
import { staticNameWarnings } from '../../../../apis/admissionregistration/static-name-warnings.ts';
import { validateValidatingAdmissionPolicyBinding } from '../../../../apis/admissionregistration/policy-validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object'],
  allowUnconditionalUpdate: false,
  generation: true,
  validate: validateValidatingAdmissionPolicyBinding,
  validateUpdate: validateValidatingAdmissionPolicyBinding,
  warningsOnCreate: staticNameWarnings,
  warningsOnUpdate: staticNameWarnings,
};
