/** PersistentVolumes. */
import { forbidden, invalid, notSupported, required } from '../../../apimachinery/errors/field-error.ts';
import { asList, asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import { isLabelValue } from '../../../apimachinery/validation/labels.ts';
import { quantityValue } from '../../../apimachinery/quantity/arithmetic.ts';
import {
  checkDnsSubdomain,
  checkImmutable,
  checkMembers,
  checkOneOf,
  checkRequired,
  type Errors,
  type OneOfMember,
} from '../../validation/checks.ts';
import { checkPositiveQuantity, quantityEntries } from '../../validation/quantities.ts';
import { specDiff } from '../../validation/spec-diff.ts';
import { checkNodeSelector, type SelectorRules } from './affinity.ts';
import { checkAccessModes, volumeModes } from './claim-spec.ts';
import { finalizerErrors } from './finalizers.ts';
import * as sources from './volume-sources.ts';

const reclaimPolicies = ['Delete', 'Recycle', 'Retain'] as const;

/** In upstream's order. */
const kinds: readonly OneOfMember[] = [
  { field: 'hostPath', validate: sources.checkHostPath },
  { field: 'gcePersistentDisk', reportedAs: 'persistentDisk', validate: sources.checkGcePersistentDisk },
  { field: 'awsElasticBlockStore', validate: sources.checkAwsElasticBlockStore },
  { field: 'glusterfs', validate: sources.checkGlusterfsPersistent },
  { field: 'flocker', validate: sources.checkFlocker },
  { field: 'nfs', validate: sources.checkNfs },
  { field: 'rbd', validate: sources.checkRbd },
  { field: 'quobyte', validate: sources.checkQuobyte },
  { field: 'cephfs', refusedAs: 'cephFS', validate: sources.checkCephFs },
  { field: 'iscsi', validate: (source, path, errors) => sources.checkIscsi(source, { persistent: true }, path, errors) },
  { field: 'cinder', validate: sources.checkCinderPersistent },
  { field: 'fc', validate: sources.checkFibreChannel },
  { field: 'flexVolume', validate: sources.checkFlexVolume },
  { field: 'azureFile', validate: sources.checkAzureFilePersistent },
  { field: 'vsphereVolume', validate: sources.requiring('volumePath') },
  { field: 'photonPersistentDisk', validate: sources.requiring('pdID') },
  { field: 'portworxVolume', validate: sources.requiring('volumeID') },
  { field: 'azureDisk', validate: sources.checkAzureDisk },
  { field: 'scaleIO', validate: sources.requiring('gateway', 'system', 'volumeName') },
  { field: 'local', validate: sources.checkLocalVolume },
  { field: 'storageos', validate: sources.checkStorageOsPersistent },
  { field: 'csi', validate: sources.checkCsiPersistent },
];
const kindFields = kinds.map(({ field }) => field);

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

function checkVolumeSpec(spec: JsonObject, rules: SelectorRules, path: string, errors: Errors): void {
  if (asList(spec.accessModes).length === 0) errors.push(required(`${path}.accessModes`));
  checkAccessModes(spec.accessModes, `${path}.accessModes`, errors);
  checkCapacity(spec.capacity, `${path}.capacity`, errors);
  if (asText(spec.persistentVolumeReclaimPolicy) !== '') {
    const policyPath = `${path}.persistentVolumeReclaimPolicy`;
    checkOneOf(spec.persistentVolumeReclaimPolicy, reclaimPolicies, policyPath, errors);
  }
  if (isSet(spec.nodeAffinity)) {
    const { required: selector } = asObject(spec.nodeAffinity);
    const selectorPath = `${path}.nodeAffinity.required`;
    if (isSet(selector)) checkNodeSelector(asObject(selector), rules, selectorPath, errors);
    else errors.push(required(selectorPath, 'must specify required node constraints'));
  }
  const count = checkMembers(spec, kinds, sources.SECOND_VOLUME_TYPE, path, errors);
  if (isSet(spec.local) && !isSet(spec.nodeAffinity)) {
    errors.push(required(`${path}.nodeAffinity`, 'Local volume requires node affinity'));
  }
  if (count === 0) errors.push(required(path, 'must specify a volume type'));
  const hostPath = asText(asObject(spec.hostPath).path);
  if (isSet(spec.hostPath) && /^\/[/.]*$/.test(hostPath) && spec.persistentVolumeReclaimPolicy === 'Recycle') {
    const detail = "may not be 'recycle' for a hostPath mount of '/'";
    errors.push(forbidden(`${path}.persistentVolumeReclaimPolicy`, detail));
  }
  if (asText(spec.storageClassName) !== '') checkDnsSubdomain(spec.storageClassName, `${path}.storageClassName`, errors);
  if (isSet(spec.volumeMode)) checkOneOf(spec.volumeMode, volumeModes, `${path}.volumeMode`, errors);
  if (isSet(spec.volumeAttributesClassName)) checkAttributesClass(spec, path, errors);
}

function checkAttributesClass(spec: JsonObject, path: string, errors: Errors): void {
  const field = `${path}.volumeAttributesClassName`;
  if (checkRequired(spec.volumeAttributesClassName, field, errors, 'an empty string is disallowed')) {
    checkDnsSubdomain(spec.volumeAttributesClassName, field, errors);
  }
  if (!isSet(spec.csi)) {
    errors.push(required(`${path}.csi`, 'has to be specified when using volumeAttributesClassName'));
  }
}

function checkCapacity(capacity: JsonValue | undefined, path: string, errors: Errors): void {
  const entries = quantityEntries(capacity);
  if (entries.length === 0) errors.push(required(path));
  if (entries.length > 1 || !entries.some(([name]) => name === 'storage')) {
    errors.push(notSupported(path, capacity ?? null, ['storage']));
  }
  for (const [name, quantity] of entries) {
    const amount = quantityValue(quantity);
    if (amount < 0n) errors.push(invalid(`${path}[${name}]`, Number(amount), 'must be a valid resource quantity'));
    checkPositiveQuantity(quantity, `${path}[${name}]`, errors);
  }
}

export function validatePersistentVolumeUpdate(volume: KubeObject, old: KubeObject): Errors {
  const spec = asObject(volume.spec);
  const before = asObject(old.spec);
  const errors = finalizerErrors(volume);
  checkVolumeSpec(spec, { allowInvalidValues: hasInvalidValues(before) }, 'spec', errors);
  const source = sourceOf(withoutNewExpandSecret(spec, before));
  const oldSource = sourceOf(before);
  if (!semanticallyEqual(source, oldSource)) {
    const detail = `spec.persistentvolumesource is immutable after creation\n${specDiff(oldSource, source)}`;
    errors.push(forbidden('spec.persistentvolumesource', detail));
  }
  checkImmutable(spec.volumeMode, before.volumeMode, 'volumeMode', errors);
  if (isSet(before.nodeAffinity) && !semanticallyEqual(withGaLabels(before.nodeAffinity), withGaLabels(spec.nodeAffinity))) {
    const detail = 'field is immutable, except for updating from beta label to GA';
    errors.push(invalid('nodeAffinity', spec.nodeAffinity ?? null, detail));
  }
  if (isSet(before.volumeAttributesClassName) && !isSet(spec.volumeAttributesClassName)) {
    errors.push(forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'));
  }
  return errors;
}

export const validatePersistentVolumeStatusUpdate = (volume: KubeObject): Errors => finalizerErrors(volume);

function sourceOf(spec: JsonObject): JsonObject {
  return Object.fromEntries(kindFields.filter((field) => isSet(spec[field])).map((field) => [field, spec[field]]));
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
