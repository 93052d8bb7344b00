/** PersistentVolumes. */
import { forbidden, invalid } from '../../../apimachinery/errors/field-error.ts';
import { asList, asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import { isLabelValue } from '../../../apimachinery/validation/labels.ts';
import { checkImmutable, type Errors } from '../../validation/checks.ts';
import { specDiff } from '../../validation/spec-diff.ts';
import { finalizerErrors } from './finalizers.ts';
import { checkVolumeSpec, volumeKindFields } from './persistent-volume-spec.ts';
import * as sources from './volume-sources.ts';
import { asInternal } from '../../validation/internal-value.ts';

export function validatePersistentVolume(volume: KubeObject): Errors {
  const errors = finalizerErrors(volume);
  checkVolumeSpec(asObject(volume.spec), { allowInvalidValues: false }, 'spec', errors);
  checkIscsiName(volume, errors);
  return errors;
}

function checkIscsiName(volume: KubeObject, errors: Errors): void {
  const { iscsi } = asObject(volume.spec);
  if (!isSet(iscsi) || !sources.isIscsiTargetTooLong(volume.metadata.name ?? '', asObject(iscsi))) return;
  const portal = asText(asObject(iscsi).targetPortal);
  errors.push(invalid('spec.iscsi.targetportal', portal, sources.ISCSI_TARGET_TOO_LONG));
}

export function validatePersistentVolumeUpdate(volume: KubeObject, old: KubeObject): Errors {
  const spec = asObject(volume.spec);
  const before = asObject(old.spec);
  const errors = finalizerErrors(volume);
  checkVolumeSpec(spec, { allowInvalidValues: hasInvalidValues(before) }, 'spec', errors);
  const source = sourceOf(withoutNewExpandSecret(spec, before));
  const oldSource = sourceOf(before);
  if (!semanticallyEqual(source, oldSource)) {
    const detail = `spec.persistentvolumesource is immutable after creation\n${specDiff('core.PersistentVolumeSource', oldSource, source)}`;
    errors.push(forbidden('spec.persistentvolumesource', detail));
  }
  checkImmutable(spec.volumeMode, before.volumeMode, 'volumeMode', errors);
  if (
    isSet(before.nodeAffinity) &&
    !semanticallyEqual(withGaLabels(before.nodeAffinity), withGaLabels(spec.nodeAffinity))
  ) {
    const detail = 'field is immutable, except for updating from beta label to GA';
    errors.push(invalid('nodeAffinity', asInternal('*core.VolumeNodeAffinity', spec.nodeAffinity), detail));
  }
  if (isSet(before.volumeAttributesClassName) && !isSet(spec.volumeAttributesClassName)) {
    errors.push(forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'));
  }
  return errors;
}

export const validatePersistentVolumeStatusUpdate = (volume: KubeObject): Errors => finalizerErrors(volume);

function sourceOf(spec: JsonObject): JsonObject {
  return Object.fromEntries(
    volumeKindFields.filter((field) => isSet(spec[field])).map((field) => [field, spec[field]]),
  );
}

/** A secret for expansion may be added to a volume that had none. */
function withoutNewExpandSecret(spec: JsonObject, before: JsonObject): JsonObject {
  const oldCsi = asObject(before.csi);
  if (!isSet(before.csi) || !isSet(spec.csi) || isSet(oldCsi.controllerExpandSecretRef)) return spec;
  const { controllerExpandSecretRef: _added, ...csi } = asObject(spec.csi);
  return { ...spec, csi };
}

const gaLabels: ReadonlyMap<string, string> = new Map([
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['beta.kubernetes.io/os', 'kubernetes.io/os'],
  ['beta.kubernetes.io/arch', 'kubernetes.io/arch'],
  ['beta.kubernetes.io/instance-type', 'node.kubernetes.io/instance-type'],
]);

function withGaLabels(affinity: JsonValue | undefined): JsonValue {
  const terms = asObjects(asObject(asObject(affinity).required).nodeSelectorTerms);
  return terms.map((term) => ({
    ...term,
    matchExpressions: asObjects(term.matchExpressions).map((requirement) => ({
      ...requirement,
      key: gaLabels.get(asText(requirement.key)) ?? asText(requirement.key),
    })),
  }));
}

function hasInvalidValues(spec: JsonObject): boolean {
  const terms = asObjects(asObject(asObject(spec.nodeAffinity).required).nodeSelectorTerms);
  const values = terms.flatMap((term) => asObjects(term.matchExpressions)).flatMap(({ values: list }) => asList(list));
  return values.some((value) => isLabelValue(asText(value)).length > 0);
}
