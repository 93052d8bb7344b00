/** The spec of a volume: of a PersistentVolume, or inline in a VolumeAttachment, where only a CSI source makes sense. */
import { forbidden, notSupported, required } from '../../../apimachinery/errors/field-error.ts';
import { asList, asObject, asText, isSet } from '../../../apimachinery/json-access.ts';
import { asSent } from '../../../apimachinery/schema/sent-empties.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import {
  checkDnsSubdomain,
  checkMembers,
  checkOneOf,
  checkRequired,
  type Errors,
  type OneOfMember,
} from '../../validation/checks.ts';
import { checkBasicQuantity, checkPositiveQuantity, quantityEntries } from '../../validation/quantities.ts';
import { checkNodeSelector, type SelectorRules } from './affinity.ts';
import { checkAccessModes, volumeModes } from './claim-spec.ts';
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
  {
    field: 'iscsi',
    validate: (source, path, errors) => sources.checkIscsi(source, { persistent: true, volumeName: '' }, path, errors),
  },
  { field: 'cinder', validate: sources.checkCinderPersistent },
  { field: 'fc', validate: sources.checkFibreChannel },
  { field: 'flexVolume', isNeverRefused: true, validate: sources.checkFlexVolume },
  { field: 'azureFile', validate: sources.checkAzureFilePersistent },
  { field: 'vsphereVolume', validate: sources.requiring('volumePath') },
  { field: 'photonPersistentDisk', validate: sources.requiring('pdID') },
  { field: 'portworxVolume', validate: sources.requiring('volumeID') },
  { field: 'azureDisk', validate: sources.checkAzureDisk },
  { field: 'scaleIO', validate: sources.requiring('gateway', 'system', 'volumeName') },
  {
    field: 'local',
    validate(source, path, errors, spec) {
      sources.checkLocalVolume(source, path, errors);
      if (isSet(spec.nodeAffinity)) return;
      errors.push(required(`${parentOf(path)}.nodeAffinity`, 'Local volume requires node affinity'));
    },
  },
  { field: 'storageos', validate: sources.checkStorageOsPersistent },
  { field: 'csi', validate: sources.checkCsiPersistent },
];
export const volumeKindFields: readonly string[] = kinds.map(({ field }) => field);

export interface VolumeSpecRules extends SelectorRules {
  readonly volumeName: string;
}

export function checkVolumeSpec(spec: JsonObject, rules: VolumeSpecRules, path: string, errors: Errors): void {
  if (asList(spec.accessModes).length === 0) errors.push(required(`${path}.accessModes`));
  checkAccessModes(spec.accessModes, `${path}.accessModes`, errors);
  checkCapacity(asSent(spec, 'capacity'), `${path}.capacity`, errors);
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
  checkKind(spec, rules.volumeName, path, errors);
  if (asText(spec.storageClassName) !== '')
    checkDnsSubdomain(spec.storageClassName, `${path}.storageClassName`, errors);
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

/** As a VolumeAttachment carries it. */
export function checkInlineVolumeSpec(spec: JsonObject, path: string, errors: Errors): void {
  const refuse = (field: string, detail = 'may not be specified'): void => {
    errors.push(forbidden(`${path}.${field}`, `${detail} in the context of inline volumes`));
  };
  if (isSet(spec.claimRef)) refuse('claimRef');
  if (quantityEntries(spec.capacity).length > 0) refuse('capacity');
  if (!isSet(spec.csi)) errors.push(required(`${path}.csi`, 'has to be specified in the context of inline volumes'));
  if (asList(spec.accessModes).length === 0) errors.push(required(`${path}.accessModes`));
  checkAccessModes(spec.accessModes, `${path}.accessModes`, errors);
  const policy = asText(spec.persistentVolumeReclaimPolicy);
  if (policy !== '' && policy !== 'Retain') refuse('persistentVolumeReclaimPolicy', 'may only be Retain');
  if (isSet(spec.nodeAffinity)) refuse('nodeAffinity');
  checkKind(spec, '', path, errors);
  if (asText(spec.storageClassName) !== '') refuse('storageClassName');
  if (isSet(spec.volumeMode) && spec.volumeMode !== 'Filesystem') {
    refuse('volumeMode', 'may not specify volumeMode other than Filesystem');
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('.'));
}

/** An iSCSI target is named together with its volume. */
function kindsFor(volumeName: string): readonly OneOfMember[] {
  return kinds.map((kind) => (kind.field === 'iscsi' ? { ...kind, validate: checkNamed } : kind));

  function checkNamed(source: JsonObject, path: string, errors: Errors): void {
    sources.checkIscsi(source, { persistent: true, volumeName }, path, errors);
  }
}

function checkKind(spec: JsonObject, volumeName: string, path: string, errors: Errors): void {
  const members = isSet(spec.iscsi) ? kindsFor(volumeName) : kinds;
  const count = checkMembers(spec, members, sources.SECOND_VOLUME_TYPE, path, errors);
  if (count === 0) errors.push(required(path, 'must specify a volume type'));
  const hostPath = asText(asObject(spec.hostPath).path);
  if (isSet(spec.hostPath) && /^\/[/.]*$/.test(hostPath) && spec.persistentVolumeReclaimPolicy === 'Recycle') {
    const detail = "may not be 'recycle' for a hostPath mount of '/'";
    errors.push(forbidden(`${path}.persistentVolumeReclaimPolicy`, detail));
  }
}

function checkCapacity(capacity: JsonValue | undefined, path: string, errors: Errors): void {
  const entries = quantityEntries(capacity);
  if (entries.length === 0) errors.push(required(path));
  if (entries.length > 1 || !entries.some(([name]) => name === 'storage')) {
    errors.push(notSupported(path, capacity ?? null, ['storage']));
  }
  for (const [name, quantity] of entries) {
    checkBasicQuantity(quantity, `${path}[${name}]`, errors);
    checkPositiveQuantity(quantity, `${path}[${name}]`, errors);
  }
}
