/** Validation of metadata: what every kind has in common, in the order in which upstream reports it. */
import { asNumber } from '../json-access.ts';
import { type FieldError, forbidden, goQuote, invalid, required, tooLong } from '../errors/field-error.ts';
import type { ObjectMeta } from '../meta/object.ts';
import { validateImmutableField } from './immutable-field.ts';
import { isLabelKey, validateLabels } from './labels.ts';
import { validateManagedFields } from './managed-fields.ts';
import { type ValidateName, validateDnsLabelName } from './names.ts';
import { validateOwnerReferences } from './owner-references.ts';

/** Bytes of all keys and values of an object's annotations. */
export const TOTAL_ANNOTATION_SIZE_LIMIT = 256 * 1024;

const FINALIZER_ORPHAN = 'orphan';
const FINALIZER_FOREGROUND = 'foregroundDeletion';

export interface ObjectMetaValidation {
  readonly namespaced: boolean;
  readonly validateName: ValidateName;
  /** "metadata", or where the metadata is in a template. */
  readonly path: string;
}

/** Run after a name has been generated. */
export function validateObjectMeta(meta: ObjectMeta, options: ObjectMetaValidation): FieldError[] {
  const { path } = options;
  const errors: FieldError[] = [];
  const generateName = meta.generateName ?? '';
  if (generateName !== '') {
    for (const complaint of options.validateName(generateName, true)) {
      errors.push(invalid(`${path}.generateName`, generateName, complaint));
    }
  }
  const name = meta.name ?? '';
  if (name === '') errors.push(required(`${path}.name`, 'name or generateName is required'));
  else {
    for (const complaint of options.validateName(name, false)) errors.push(invalid(`${path}.name`, name, complaint));
  }
  validateNamespace(meta.namespace ?? '', options, errors);
  const { generation } = meta;
  if (asNumber(generation) < 0)
    errors.push(invalid(`${path}.generation`, generation, 'must be greater than or equal to 0'));
  errors.push(...validateLabels(meta.labels, `${path}.labels`));
  errors.push(...validateAnnotations(meta.annotations, `${path}.annotations`));
  errors.push(...validateOwnerReferences(meta.ownerReferences, `${path}.ownerReferences`));
  errors.push(...validateFinalizers(meta.finalizers, `${path}.finalizers`));
  errors.push(...validateManagedFields(meta.managedFields, `${path}.managedFields`));
  return errors;
}

function validateNamespace(namespace: string, options: ObjectMetaValidation, errors: FieldError[]): void {
  const path = `${options.path}.namespace`;
  if (!options.namespaced) {
    if (namespace !== '') errors.push(forbidden(path, 'not allowed on this type'));
  } else if (namespace === '') {
    errors.push(required(path));
  } else {
    for (const complaint of validateDnsLabelName(namespace, false)) errors.push(invalid(path, namespace, complaint));
  }
}

/** What an update may not do to the metadata, and the checks that old objects must pass too. */
export function validateObjectMetaUpdate(
  meta: ObjectMeta,
  old: ObjectMeta,
  options: { readonly path: string },
): FieldError[] {
  const { path } = options;
  const errors: FieldError[] = [];
  if (isSet(old.deletionTimestamp)) {
    errors.push(...validateNoNewFinalizers(meta.finalizers, old.finalizers, `${path}.finalizers`));
  }
  if ((meta.resourceVersion ?? '') === '') {
    errors.push(invalid(`${path}.resourceVersion`, '', 'must be specified for an update'));
  }
  const generation = meta.generation ?? 0;
  if (generation < (old.generation ?? 0)) {
    errors.push(invalid(`${path}.generation`, generation, 'must not be decremented'));
  }
  for (const field of ['name', 'namespace', 'uid'] as const) {
    errors.push(...validateImmutableField(meta[field] ?? '', old[field] ?? '', `${path}.${field}`));
  }
  for (const field of ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    errors.push(...validateImmutableField(meta[field], old[field], `${path}.${field}`));
  }
  errors.push(...validateLabels(meta.labels, `${path}.labels`));
  errors.push(...validateAnnotations(meta.annotations, `${path}.annotations`));
  errors.push(...validateOwnerReferences(meta.ownerReferences, `${path}.ownerReferences`));
  errors.push(...validateManagedFields(meta.managedFields, `${path}.managedFields`));
  return errors;
}

export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!isSet(annotations)) return errors;
  let bytes = 0;
  for (const key of Object.keys(annotations)) {
    // Case does not matter in annotations, unlike in labels.
    for (const complaint of isLabelKey(key.toLowerCase())) errors.push(invalid(path, key, complaint));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(annotations[key] ?? '');
  }
  if (bytes > TOTAL_ANNOTATION_SIZE_LIMIT) errors.push(tooLong(path, TOTAL_ANNOTATION_SIZE_LIMIT));
  return errors;
}

export function validateFinalizerName(name: string, path: string): FieldError[] {
  return isLabelKey(name).map((complaint) => invalid(path, name, complaint));
}

export function validateFinalizers(finalizers: readonly string[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!isSet(finalizers)) return errors;
  for (const finalizer of finalizers) errors.push(...validateFinalizerName(finalizer, path));
  if (finalizers.includes(FINALIZER_ORPHAN) && finalizers.includes(FINALIZER_FOREGROUND)) {
    const detail = `finalizer ${FINALIZER_ORPHAN} and ${FINALIZER_FOREGROUND} cannot be both set`;
    errors.push(invalid(path, [...finalizers], detail));
  }
  return errors;
}

/** For objects that are being deleted: finalizers may only go. */
export function validateNoNewFinalizers(
  finalizers: readonly string[] | undefined,
  old: readonly string[] | undefined,
  path: string,
): FieldError[] {
  const added = new Set(finalizers ?? []).difference(new Set(old ?? []));
  if (added.size === 0) return [];
  const list = [...added].sort().map(goQuote).join(', ');
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  return [forbidden(path, detail)];
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}
