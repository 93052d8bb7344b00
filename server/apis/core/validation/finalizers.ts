/** Finalizers of built-in kinds: one of Kubernetes' own names, or a qualified one. */
import { invalid } from '../../../apimachinery/errors/field-error.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { validateFinalizerName } from '../../../apimachinery/validation/object-meta.ts';
import type { Errors } from '../../validation/checks.ts';

const standardFinalizers: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** The start of a built-in kind's errors, right after those of the generic metadata checks. */
export function finalizerErrors(object: KubeObject): Errors {
  const errors: Errors = [];
  object.metadata.finalizers?.forEach((name, index) => {
    checkKubeFinalizer(name, `metadata.finalizers[${index}]`, errors);
  });
  return errors;
}

export function checkFinalizer(name: string, path: string, errors: Errors): void {
  errors.push(...validateFinalizerName(name, path));
  checkKubeFinalizer(name, path, errors);
}

function checkKubeFinalizer(name: string, path: string, errors: Errors): void {
  if (name.includes('/') || standardFinalizers.has(name)) return;
  errors.push(invalid(path, name, 'name is neither a standard finalizer name nor is it fully qualified'));
}
