/** Validation of Namespaces. */
import { invalidTyped } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { Errors } from '../../validation/checks.ts';
import { checkFinalizer, finalizerErrors } from './finalizers.ts';

export function validateNamespace(namespace: KubeObject): Errors {
  const errors = finalizerErrors(namespace);
  for (const name of asTexts(asObject(namespace.spec).finalizers)) checkFinalizer(name, 'spec.finalizers', errors);
  return errors;
}

export function validateNamespaceStatusUpdate(namespace: KubeObject): Errors {
  const errors = finalizerErrors(namespace);
  const phase = asText(asObject(namespace.status).phase);
  const isDeleting = isSet(namespace.metadata.deletionTimestamp);
  if (phase === (isDeleting ? 'Terminating' : 'Active')) return errors;
  const detail = isDeleting
    ? "may only be 'Terminating' if `deletionTimestamp` is not empty"
    : "may only be 'Active' if `deletionTimestamp` is empty";
  errors.push(invalidTyped('status.Phase', phase, detail));
  return errors;
}

export function validateNamespaceFinalize(namespace: KubeObject): Errors {
  const errors = finalizerErrors(namespace);
  asTexts(asObject(namespace.spec).finalizers).forEach((name, index) => {
    checkFinalizer(name, `spec.finalizers[${index}]`, errors);
  });
  return errors;
}
