/** The volumes of a pod: one kind each, names unique. */
import { duplicate, forbidden, goQuote, invalid, required } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { quantitySign } from '../../../apimachinery/quantity/arithmetic.ts';
import { isDns1123Subdomain } from '../../../apimachinery/validation/names.ts';
import {
  checkDnsLabel,
  checkEach,
  checkMembers,
  checkRequired,
  type Errors,
  type OneOfMember,
} from '../../validation/checks.ts';
import { quantityOf } from '../../validation/quantities.ts';
import { checkClaimSpec, newClaimTemplateRules } from './claim-spec.ts';
import { checkPullPolicy } from './pull-policy.ts';
import {
  checkConfigMapVolume,
  checkDownwardApiVolume,
  checkProjectedVolume,
  checkSecretVolume,
} from './projected-volume.ts';
import { checkTemplateMetadata } from './template-metadata.ts';
import * as sources from './volume-sources.ts';

/** The volumes that passed, by name: what mounts may refer to. */
export type VolumesByName = ReadonlyMap<string, JsonObject>;

export interface VolumeRules {
  /** Name of the pod, where it is known: claims of ephemeral volumes are named after it. */
  readonly podName: string;
  readonly isPod: boolean;
}

export function checkVolumes(
  list: JsonValue | undefined,
  rules: VolumeRules,
  path: string,
  errors: Errors,
): VolumesByName {
  const volumes = new Map<string, JsonObject>();
  const { podName } = rules;
  const ephemeral = asObjects(list).filter((volume) => isSet(volume.ephemeral));
  const ownClaims = new Set(podName === '' ? [] : ephemeral.map((volume) => `${podName}-${asText(volume.name)}`));
  checkEach(list, path, (volume, volumePath) => {
    const name = asText(volume.name);
    const found: Errors = [];
    checkVolumeSource(volume, rules, volumePath, found);
    if (checkRequired(name, `${volumePath}.name`, found)) checkDnsLabel(name, `${volumePath}.name`, found);
    if (volumes.has(name)) found.push(duplicate(`${volumePath}.name`, name));
    if (found.length === 0) volumes.set(name, volume);
    errors.push(...found);
    const claim = asText(asObject(volume.persistentVolumeClaim).claimName);
    if (isSet(volume.persistentVolumeClaim) && ownClaims.has(claim)) {
      const detail = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.push(invalid(`${volumePath}.persistentVolumeClaim.claimName`, claim, detail));
    }
  });
  return volumes;
}

/** In upstream's order; its errors do not always name the field as it is written. */
const kinds: readonly OneOfMember[] = [
  { field: 'emptyDir', validate: checkEmptyDir },
  { field: 'hostPath', validate: sources.checkHostPath },
  { field: 'gitRepo', validate: sources.checkGitRepo },
  { field: 'gcePersistentDisk', reportedAs: 'persistentDisk', validate: sources.checkGcePersistentDisk },
  { field: 'awsElasticBlockStore', validate: sources.checkAwsElasticBlockStore },
  { field: 'secret', validate: checkSecretVolume },
  { field: 'nfs', validate: sources.checkNfs },
  {
    field: 'iscsi',
    validate: (source, path, errors) => sources.checkIscsi(source, { persistent: false, volumeName: '' }, path, errors),
  },
  { field: 'glusterfs', validate: sources.requiring('endpoints', 'path') },
  { field: 'flocker', validate: sources.checkFlocker },
  { field: 'persistentVolumeClaim', validate: sources.requiring('claimName') },
  { field: 'rbd', validate: sources.checkRbd },
  { field: 'cinder', validate: sources.checkCinder },
  { field: 'cephfs', refusedAs: 'cephFS', validate: sources.checkCephFs },
  { field: 'quobyte', validate: sources.checkQuobyte },
  { field: 'downwardAPI', refusedAs: 'downwarAPI', validate: checkDownwardApiVolume },
  { field: 'fc', validate: sources.checkFibreChannel },
  { field: 'flexVolume', validate: sources.checkFlexVolume },
  { field: 'configMap', validate: checkConfigMapVolume },
  { field: 'azureFile', validate: sources.requiring('secretName', 'shareName') },
  { field: 'vsphereVolume', validate: sources.requiring('volumePath') },
  { field: 'photonPersistentDisk', validate: sources.requiring('pdID') },
  { field: 'portworxVolume', validate: sources.requiring('volumeID') },
  { field: 'azureDisk', validate: sources.checkAzureDisk },
  { field: 'storageos', validate: sources.checkStorageOs },
  { field: 'projected', validate: checkProjectedVolume },
  { field: 'scaleIO', validate: sources.requiring('gateway', 'system', 'volumeName') },
  { field: 'csi', validate: sources.checkCsi },
  { field: 'ephemeral', validate: checkEphemeral },
  {
    field: 'image',
    validate: (source, path, errors) => checkPullPolicy(source.pullPolicy, `${path}.pullPolicy`, errors),
  },
];

/** The claim of an ephemeral volume is named after its pod. */
function kindsFor({ podName }: VolumeRules): readonly OneOfMember[] {
  if (podName === '') return kinds;
  return kinds.map((kind) => (kind.field === 'ephemeral' ? { ...kind, validate: checkOwnClaim } : kind));

  function checkOwnClaim(source: JsonObject, path: string, errors: Errors, volume: JsonObject): void {
    checkEphemeral(source, path, errors);
    const name = asText(volume.name);
    const claim = `${podName}-${name}`;
    for (const complaint of name === '' ? [] : isDns1123Subdomain(claim)) {
      const field = `${path.slice(0, path.lastIndexOf('.'))}.name`;
      errors.push(invalid(field, name, `PVC name ${goQuote(claim)}: ${complaint}`));
    }
  }
}

function checkVolumeSource(volume: JsonObject, rules: VolumeRules, path: string, errors: Errors): void {
  const name = asText(volume.name);
  const count = checkMembers(
    volume,
    isSet(volume.ephemeral) ? kindsFor(rules) : kinds,
    sources.SECOND_VOLUME_TYPE,
    path,
    errors,
  );
  if (isSet(volume.iscsi) && sources.isIscsiTargetTooLong(name, asObject(volume.iscsi))) {
    errors.push(invalid(`${path}.name`, name, sources.ISCSI_TARGET_TOO_LONG));
  }
  const first = kinds.find(({ field }) => isSet(volume[field]))?.field;
  if (first === 'image' && rules.isPod)
    checkRequired(asObject(volume.image).reference, `${path}.image.reference`, errors);
  if (count === 0) errors.push(required(path, 'must specify a volume type'));
}

function checkEmptyDir(source: JsonObject, path: string, errors: Errors): void {
  if (!isSet(source.sizeLimit) || quantitySign(quantityOf(source.sizeLimit)) >= 0) return;
  errors.push(forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'));
}

function checkEphemeral(source: JsonObject, path: string, errors: Errors): void {
  if (!isSet(source.volumeClaimTemplate)) {
    errors.push(required(`${path}.volumeClaimTemplate`));
    return;
  }
  const template = asObject(source.volumeClaimTemplate);
  checkTemplateMetadata(asObject(template.metadata), `${path}.volumeClaimTemplate.metadata`, errors);
  checkClaimSpec(asObject(template.spec), newClaimTemplateRules, `${path}.volumeClaimTemplate.spec`, errors);
}
