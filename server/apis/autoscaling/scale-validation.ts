/** Scale: what the scale subresources are written with. */
import { asObject } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { validateDnsSubdomainName } from '../../apimachinery/validation/names.ts';
import { validateObjectMeta } from '../../apimachinery/validation/object-meta.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkNonNegative, type Errors } from '../validation/checks.ts';

export function validateScale(scale: KubeObject): Errors {
  const rules = { namespaced: true, validateName: validateDnsSubdomainName, path: 'metadata' };
  const errors: Errors = [...validateObjectMeta(scale.metadata, rules), ...finalizerErrors(scale)];
  checkNonNegative(asObject(scale.spec).replicas, 'spec.replicas', errors);
  return errors;
}
