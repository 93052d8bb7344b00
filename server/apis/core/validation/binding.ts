/** Validation of Bindings of pods to nodes. */
import { notSupportedInOrder } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asText } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { checkRequired, type Errors } from '../../validation/checks.ts';

export function validatePodBinding(binding: KubeObject): Errors {
  const errors: Errors = [];
  const { kind, name } = asObject(binding.target);
  const target = asText(kind);
  if (target !== '' && target !== 'Node') errors.push(notSupportedInOrder('target.kind', target, ['Node', '<empty>']));
  checkRequired(name, 'target.name', errors);
  return errors;
}
