/** Writes of Ingresses. */
import { loadBalancerWarnings } from '../../../../apis/core/warnings/services.ts';
import {
  validateIngress,
  validateIngressStatusUpdate,
  validateIngressUpdate,
} from '../../../../apis/networking/validation.ts';
import { asObject, isSet } from '../../../../apimachinery/json-access.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

const classAnnotation = 'kubernetes.io/ingress.class';

export const strategy: Strategy = {
  generation: true,
  warningsOnCreate(ingress) {
    const annotated = Object.hasOwn(ingress.metadata.annotations ?? {}, classAnnotation);
    return annotated && !isSet(asObject(ingress.spec).ingressClassName)
      ? [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`]
      : [];
  },
  validate: validateIngress,
  validateUpdate: validateIngressUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  validateUpdate: validateIngressStatusUpdate,
  warningsOnUpdate: loadBalancerWarnings,
});
