/** Scale: what the scale subresources are written with. */
import { asObject } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { checkNonNegative, type Errors } from '../validation/checks.ts';

/** Metadata is checked by the caller. */
export function validateScale(scale: KubeObject): Errors {
  const errors: Errors = [];
  checkNonNegative(asObject(scale.spec).replicas, 'spec.replicas', errors);
  return errors;
}
