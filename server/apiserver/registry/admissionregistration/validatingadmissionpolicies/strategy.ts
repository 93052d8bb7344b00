/** Writes of ValidatingAdmissionPolicies. */
import { staticNameWarnings } from '../../../../apis/admissionregistration/static-name-warnings.ts';
import {
  validateValidatingAdmissionPolicy,
  validateValidatingAdmissionPolicyStatusUpdate,
  validateValidatingAdmissionPolicyUpdate,
} from '../../../../apis/admissionregistration/policy-validation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object'],
  allowUnconditionalUpdate: false,
  generation: true,
  validate: validateValidatingAdmissionPolicy,
  validateUpdate: validateValidatingAdmissionPolicyUpdate,
  warningsOnCreate: staticNameWarnings,
  warningsOnUpdate: staticNameWarnings,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  metadataOnUpdate: [],
  keepMetadata: 'all',
  validateUpdate: validateValidatingAdmissionPolicyStatusUpdate,
});
