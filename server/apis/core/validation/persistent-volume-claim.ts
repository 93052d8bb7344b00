/** PersistentVolumeClaims: a bound claim may only grow. */
import { forbidden, invalid, notSupported, required } from '../../../apimachinery/errors/field-error.ts';
import { asList, asObject, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { compareQuantities } from '../../../apimachinery/quantity/arithmetic.ts';
import { FIELD_IMMUTABLE_MESSAGE, semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import { isQualifiedName, validateLabelSelector } from '../../../apimachinery/validation/labels.ts';
import { checkComplaints, checkOneOf, type Errors } from '../../validation/checks.ts';
import { checkBasicQuantity, quantityEntries, quantityOf } from '../../validation/quantities.ts';
import { specDiff } from '../../validation/spec-diff.ts';
import { checkClaimSpec, newClaimTemplateRules } from './claim-spec.ts';
import { finalizerErrors } from './finalizers.ts';
import { isNativeResource } from './resource-names.ts';
import { checkResourceQuantity } from './resource-requirements.ts';
import { checkImmutableTyped } from '../../validation/internal-value.ts';

const classAnnotation = 'volume.beta.kubernetes.io/storage-class';
const storagePath = 'spec.resources.requests.storage';
const resizeStates = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizePending',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
] as const;

export function validatePersistentVolumeClaim(claim: KubeObject): Errors {
  const errors = finalizerErrors(claim);
  checkClaimSpec(asObject(claim.spec), newClaimTemplateRules, 'spec', errors);
  return errors;
}

export function validatePersistentVolumeClaimUpdate(claim: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(claim);
  const spec = asObject(claim.spec);
  const before = asObject(old.spec);
  const rules = {
    allowInvalidSelectorValues: validateLabelSelector(before.selector, '').length > 0,
    allowInvalidApiGroup: isSet(asObject(before.dataSource).apiGroup) || isSet(asObject(before.dataSourceRef).apiGroup),
  };
  checkClaimSpec(spec, rules, 'spec', errors);
  const munged = withAllowedChangesUndone(claim, old, errors);
  if (!semanticallyEqual(munged, before)) {
    const allowed = 'resources.requests and volumeAttributesClassName for bound claims';
    const detail = `spec is immutable after creation except ${allowed}\n${specDiff('core.PersistentVolumeClaimSpec', before, munged)}`;
    errors.push(forbidden('spec', detail));
  }
  const size = quantityOf(asObject(asObject(spec.resources).requests).storage);
  const oldSize = quantityOf(asObject(asObject(before.resources).requests).storage);
  const capacity = quantityOf(asObject(asObject(old.status).capacity).storage);
  if (compareQuantities(size, oldSize) < 0 && compareQuantities(size, capacity) <= 0) {
    errors.push(forbidden(storagePath, 'field can not be less than status.capacity'));
  }
  checkImmutableTyped('*S', spec.volumeMode, before.volumeMode, 'volumeMode', errors);
  if (isSet(asObject(old.status).currentVolumeAttributesClassName)) checkAttributesClassKept(spec, before, errors);
  return errors;
}

function checkAttributesClassKept(spec: JsonObject, before: JsonObject, errors: Errors): void {
  if (semanticallyEqual(spec.volumeAttributesClassName, before.volumeAttributesClassName)) return;
  const path = 'spec.volumeAttributesClassName';
  const condition = 'is forbidden when status.currentVolumeAttributesClassName is not nil';
  if (!isSet(spec.volumeAttributesClassName)) errors.push(forbidden(path, `update to nil ${condition}`));
  else if (asText(spec.volumeAttributesClassName) === '') {
    errors.push(forbidden(path, `update to empty string ${condition}`));
  }
}

function withAllowedChangesUndone(claim: KubeObject, old: KubeObject, errors: Errors): JsonObject {
  const spec = asObject(claim.spec);
  const before = asObject(old.spec);
  const munged: JsonObject = { ...spec };
  // Binding a claim sets the name, once.
  if (asText(before.volumeName) === '') munged.volumeName = before.volumeName;
  undoClassUpgrade(munged, claim, old, errors);
  if (asObject(claim.status).phase !== 'Bound') return munged;
  const resources = asObject(spec.resources);
  const storage = asObject(asObject(before.resources).requests).storage;
  if (isSet(resources.requests)) {
    munged.resources = { ...resources, requests: { ...asObject(resources.requests), storage } };
  }
  munged.volumeAttributesClassName = before.volumeAttributesClassName;
  return munged;
}

/** The class may move from the old annotation into the field, or be filled in where there was none. */
function undoClassUpgrade(munged: JsonObject, claim: KubeObject, old: KubeObject, errors: Errors): void {
  const before = asObject(old.spec);
  const annotation = claim.metadata.annotations?.[classAnnotation];
  const oldAnnotation = old.metadata.annotations?.[classAnnotation];
  const name = munged.storageClassName;
  const wasUnset = !isSet(before.storageClassName);
  const moved = oldAnnotation !== undefined && wasUnset && name === oldAnnotation;
  if (moved && (annotation === undefined || annotation === oldAnnotation)) {
    delete munged.storageClassName;
    return;
  }
  if ((annotation ?? '') !== (oldAnnotation ?? '')) {
    const path = `metadata.annotations.${classAnnotation}`;
    errors.push(invalid(path, annotation ?? '', FIELD_IMMUTABLE_MESSAGE));
  }
  if (isSet(name) && wasUnset && (oldAnnotation === undefined || name === oldAnnotation))
    delete munged.storageClassName;
}

export function validatePersistentVolumeClaimStatusUpdate(claim: KubeObject): Errors {
  const errors = finalizerErrors(claim);
  const status = asObject(claim.status);
  if (asList(asObject(claim.spec).accessModes).length === 0) errors.push(required('Spec.accessModes'));
  for (const [name, quantity] of quantityEntries(status.capacity)) {
    checkBasicQuantity(quantity, `status.capacity[${name}]`, errors);
  }
  for (const [name, state] of Object.entries(asObject(status.allocatedResourceStatuses))) {
    const path = 'status.allocatedResourceStatuses';
    checkClaimResource(name, path, errors);
    if (!resizeStates.some((known) => known === state)) errors.push(notSupported(path, name, resizeStates));
  }
  for (const [name, quantity] of quantityEntries(status.allocatedResources)) {
    const path = 'status.allocatedResources';
    const found = errors.length;
    checkClaimResource(name, path, errors);
    if (errors.length === found) checkBasicQuantity(quantity, `${path}[${name}]`, errors);
    if (errors.length === found) checkResourceQuantity('storage', quantity, `${path}[${name}]`, errors);
  }
  return errors;
}

function checkClaimResource(name: string, path: string, errors: Errors): void {
  const complaints = isQualifiedName(name);
  checkComplaints(name, complaints, path, errors);
  if (complaints.length === 0 && isNativeResource(name)) checkOneOf(name, ['storage'], path, errors);
}
