/** Validation of owner references. */
import { type FieldError, invalid } from '../errors/field-error.ts';
import type { JsonObject } from '../json.ts';
import type { OwnerReference } from '../meta/object.ts';

export function validateOwnerReferences(
  references: readonly OwnerReference[] | null | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (references === undefined || references === null) return errors;
  let controller: string | undefined;
  for (const reference of references) {
    errors.push(...validateOwnerReference(reference, path));
    if (reference.controller !== true) continue;
    const current = `${text(reference.kind)}/${text(reference.name)}`;
    if (controller === undefined) {
      controller = current;
    } else {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${current}`;
      errors.push(invalid(path, references.map(shown), detail));
    }
  }
  return errors;
}

function validateOwnerReference(reference: OwnerReference, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const apiVersion = text(reference.apiVersion);
  const kind = text(reference.kind);
  if (versionOf(apiVersion) === '') errors.push(invalid(`${path}.apiVersion`, apiVersion, 'version must not be empty'));
  if (kind === '') errors.push(invalid(`${path}.kind`, '', 'must not be empty'));
  if (text(reference.name) === '') errors.push(invalid(`${path}.name`, '', 'must not be empty'));
  if (text(reference.uid) === '') errors.push(invalid(`${path}.uid`, '', 'must not be empty'));
  if (apiVersion === 'v1' && kind === 'Event') {
    errors.push(invalid(path, shown(reference), '/v1, Kind=Event is disallowed from being an owner'));
  }
  return errors;
}

/** "v1" of "v1" and of "apps/v1"; empty for anything that is not an apiVersion. */
function versionOf(apiVersion: string): string {
  const parts = apiVersion.split('/');
  return parts.length > 2 ? '' : (parts.at(-1) ?? '');
}

/** The reference as upstream's errors print it: in Go's order, with the fields that are always written. */
function shown(reference: OwnerReference): JsonObject {
  const { apiVersion, kind, name, uid, controller, blockOwnerDeletion } = reference;
  return {
    apiVersion: text(apiVersion),
    kind: text(kind),
    name: text(name),
    uid: text(uid),
    ...(typeof controller === 'boolean' ? { controller } : {}),
    ...(typeof blockOwnerDeletion === 'boolean' ? { blockOwnerDeletion } : {}),
  };
}

function text(value: string | null | undefined): string {
  return value ?? '';
}
