/** Writes of IngressClasses. */
import { validateIngressClass, validateIngressClassUpdate } from '../../../../apis/networking/validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  generation: true,
  validate: validateIngressClass,
  validateUpdate: validateIngressClassUpdate,
};
