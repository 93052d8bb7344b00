/** Writes of LeaseCandidates. */
import { isConfigMapKey } from '../../../../apimachinery/validation/names.ts';
import { validateLeaseCandidate, validateLeaseCandidateUpdate } from '../../../../apis/coordination/validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  validateName: isConfigMapKey,
  validate: validateLeaseCandidate,
  validateUpdate: validateLeaseCandidateUpdate,
};
