/** Writes of ValidatingAdmissionPolicyBindings. */
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  allowUnconditionalUpdate: false,
  generation: true,
};
