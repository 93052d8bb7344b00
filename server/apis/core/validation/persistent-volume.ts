/** PersistentVolumes. */
import { forbidden, invalid } from '../../../apimachinery/errors/field-error.ts';
import { asList, asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import { validateDnsSubdomainName } from '../../../apimachinery/validation/names.ts';
import { validateObjectMeta } from '../../../apimachinery/validation/object-meta.ts';
import { isLabelValue } from '../../../apimachinery/validation/labels.ts';
import type { Errors } from '../../validation/checks.ts';
import { specDiff } from '../../validation/spec-diff.ts';
import type { SelectorRules } from './affinity.ts';
import { finalizerErrors } from './finalizers.ts';
import { checkVolumeSpec, volumeKindFields } from './persistent-volume-spec.ts';
import { asInternal, checkImmutableTyped } from '../../validation/internal-value.ts';

const withMountOptions = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'cinder',
  'cephfs',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
] as const;

export function validatePersistentVolume(volume: KubeObject): Errors {
  const errors = checkVolume(volume, { allowInvalidValues: false });
  checkMountOptions(volume, errors);
  return errors;
}

function checkVolume(volume: KubeObject, rules: SelectorRules): Errors {
  const errors = finalizerErrors(volume);
  checkVolumeSpec(asObject(volume.spec), { ...rules, volumeName: volume.metadata.name ?? '' }, 'spec', errors);
  return errors;
}

function checkMountOptions(volume: KubeObject, errors: Errors): void {
  const annotation = 'volume.beta.kubernetes.io/mount-options';
  const spec = asObject(volume.spec);
  if (!Object.hasOwn(volume.metadata.annotations ?? {}, annotation)) return;
  if (withMountOptions.some((field) => isSet(spec[field]))) return;
  const detail = 'may not specify mount options for this volume type';
  errors.push(forbidden(`metadata.annotations.${annotation}`, detail));
}

export function validatePersistentVolumeUpdate(volume: KubeObject, old: KubeObject): Errors {
  const spec = asObject(volume.spec);
  const before = asObject(old.spec);
  const rules = { allowInvalidValues: hasInvalidValues(before) };
  const errors = checkVolume(volume, rules);
  checkMountOptions(volume, errors);
  // Upstream's strategy checks the volume, and so does its validation of the update.
  const meta = { namespaced: false, validateName: validateDnsSubdomainName, path: 'metadata' };
  errors.push(...validateObjectMeta(volume.metadata, meta), ...checkVolume(volume, rules));
  const source = sourceOf(withoutNewExpandSecret(spec, before));
  const oldSource = sourceOf(before);
  if (!semanticallyEqual(source, oldSource)) {
    const detail = `spec.persistentvolumesource is immutable after creation\n${specDiff('core.PersistentVolumeSource', oldSource, source)}`;
    errors.push(forbidden('spec.persistentvolumesource', detail));
  }
  checkImmutableTyped('*S', spec.volumeMode, before.volumeMode, 'volumeMode', errors);
  if (isSet(before.nodeAffinity) && !sameButForGaLabels(spec.nodeAffinity, before.nodeAffinity)) {
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

/** Upstream lets a key that has no GA name become empty too. */
function sameButForGaLabels(affinity: JsonValue | undefined, before: JsonValue | undefined): boolean {
  const oldTerms = termsOf(before);
  const masked = termsOf(affinity).map((term, index) => {
    const old = oldTerms[index] ?? {};
    const mask = (list: 'matchExpressions' | 'matchFields') =>
      asObjects(term[list]).map((requirement, at) => {
        const oldKey = asText(asObjects(old[list])[at]?.key);
        return (gaLabels.get(oldKey) ?? '') === asText(requirement.key) ? { ...requirement, key: oldKey } : requirement;
      });
    return { matchExpressions: mask('matchExpressions'), matchFields: mask('matchFields') };
  });
  const plain = oldTerms.map(({ matchExpressions, matchFields }) => ({
    matchExpressions: [...asObjects(matchExpressions)],
    matchFields: [...asObjects(matchFields)],
  }));
  return isSet(asObject(affinity).required) === isSet(asObject(before).required) && semanticallyEqual(masked, plain);
}

function termsOf(affinity: JsonValue | undefined): readonly JsonObject[] {
  return asObjects(asObject(asObject(affinity).required).nodeSelectorTerms);
}

function hasInvalidValues(spec: JsonObject): boolean {
  const values = termsOf(spec.nodeAffinity)
    .flatMap((term) => asObjects(term.matchExpressions))
    .flatMap(({ values: list }) => asList(list));
  return values.some((value) => isLabelValue(asText(value)).length > 0);
}
