/** What is wrong with the metadata of an update, as often as upstream says it. */
import type { FieldError } from '../../../apimachinery/errors/field-error.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../../apimachinery/validation/object-meta.ts';

/** Names were checked on create and cannot change; older rules must not lock an object. */
const anyName = () => [];

/**
 * Upstream checks the metadata of every update in common and once more in the kind's own validation, so that each cause is
 * there twice. `full`: the write is not one through a subresource.
 */
export function metadataErrors(
  object: KubeObject,
  old: KubeObject,
  options: { namespaced: boolean; full: boolean },
): FieldError[] {
  const { namespaced, full } = options;
  const errors = validateObjectMetaUpdate(object.metadata, old.metadata, { path: 'metadata' });
  const always = full
    ? validateObjectMeta(object.metadata, { namespaced, validateName: anyName, path: 'metadata' })
    : [];
  if (errors.length === 0 && always.length === 0) return errors;
  return [...always, ...errors, ...errors, ...always];
}
