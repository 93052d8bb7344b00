/** Writes of IngressClasses. */
import { ingressClassControllerErrors, validateIngressClass } from '../../../../apis/networking/validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  generation: true,
  validate: validateIngressClass,
  metadataOnUpdate: ['change', ingressClassControllerErrors, 'object'],
  validateUpdate: validateIngressClass,
};
