/** What each kind of volume needs; the kinds that volumes of pods and persistent volumes share are told apart by their rules. */
import { invalid, notSupportedText, required, tooLong } from '../../../apimachinery/errors/field-error.ts';
import { asList, asNumber, asObject, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { inclusiveRangeMessage } from '../../../apimachinery/validation/message.ts';
import { isDns1123Subdomain, validateDnsLabelName } from '../../../apimachinery/validation/names.ts';
import {
  checkComplaints,
  checkDnsLabel,
  checkDnsSubdomain,
  checkOneOf,
  checkRequired,
  checkRequiredFormat,
  type Errors,
} from '../../validation/checks.ts';
import { checkLocalDescendingPath, checkNoBacksteps } from './paths.ts';

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
] as const;
const cachingModes = ['None', 'ReadOnly', 'ReadWrite'] as const;
const azureDiskKinds = ['Dedicated', 'Managed', 'Shared'] as const;
const CSI_DRIVER_NAME_MAX_LENGTH = 63;

type SourceCheck = (source: JsonObject, path: string, errors: Errors) => void;

/** A check that some text fields are there. */
export function requiring(...fields: readonly string[]): SourceCheck {
  return (source, path, errors) => {
    for (const field of fields) checkRequired(source[field], `${path}.${field}`, errors);
  };
}

export function checkHostPath(source: JsonObject, path: string, errors: Errors): void {
  if (!checkRequired(source.path, `${path}.path`, errors)) return;
  checkNoBacksteps(asText(source.path), `${path}.path`, errors);
  if (isSet(source.type)) checkOneOf(source.type, hostPathTypes, `${path}.type`, errors);
}

export function checkGitRepo(source: JsonObject, path: string, errors: Errors): void {
  checkRequired(source.repository, `${path}.repository`, errors);
  checkLocalDescendingPath(asText(source.directory), `${path}.directory`, errors);
}

export function checkGcePersistentDisk(source: JsonObject, path: string, errors: Errors): void {
  checkRequired(source.pdName, `${path}.pdName`, errors);
  checkPartition(source, path, errors);
}

export function checkAwsElasticBlockStore(source: JsonObject, path: string, errors: Errors): void {
  checkRequired(source.volumeID, `${path}.volumeID`, errors);
  checkPartition(source, path, errors);
}

function checkPartition({ partition }: JsonObject, path: string, errors: Errors): void {
  if (asNumber(partition) >= 0 && asNumber(partition) <= 255) return;
  errors.push(invalid(`${path}.partition`, partition, inclusiveRangeMessage(1, 255)));
}

export function checkNfs(source: JsonObject, path: string, errors: Errors): void {
  checkRequired(source.server, `${path}.server`, errors);
  checkRequired(source.path, `${path}.path`, errors);
  if (!asText(source.path).startsWith('/')) {
    errors.push(invalid(`${path}.path`, asText(source.path), 'must be an absolute path'));
  }
}

export interface IscsiRules {
  /** Persistent volumes say less about a wrong prefix, and want the secret to have a name. */
  readonly persistent: boolean;
  /** Of a persistent volume; one in a pod is checked where its name is. */
  readonly volumeName: string;
}

export function checkIscsi(source: JsonObject, rules: IscsiRules, path: string, errors: Errors): void {
  checkRequired(source.targetPortal, `${path}.targetPortal`, errors);
  if (rules.volumeName !== '' && isIscsiTargetTooLong(rules.volumeName, source)) {
    errors.push(invalid(`${path}.targetportal`, asText(source.targetPortal), ISCSI_TARGET_TOO_LONG));
  }
  const prefixDetail = rules.persistent
    ? 'must be valid format'
    : 'must be valid format starting with iqn, eui, or naa';
  if (checkRequired(source.iqn, `${path}.iqn`, errors)) {
    checkIscsiName(asText(source.iqn), prefixDetail, `${path}.iqn`, errors);
  }
  checkLun(source.lun ?? 0, `${path}.lun`, errors);
  if ((source.chapAuthDiscovery === true || source.chapAuthSession === true) && !isSet(source.secretRef)) {
    errors.push(required(`${path}.secretRef`));
  }
  if (rules.persistent && isSet(source.secretRef)) {
    checkRequired(asObject(source.secretRef).name, `${path}.secretRef.name`, errors);
  }
  if (isSet(source.initiatorName)) {
    checkIscsiName(asText(source.initiatorName), prefixDetail, `${path}.initiatorname`, errors);
  }
}

const iscsiNames: readonly (readonly [string, RegExp])[] = [
  ['iqn', /iqn\.[0-9]{4}-[0-9]{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/],
  ['eui', /^eui.[A-Za-z0-9]{16}$/],
  ['naa', /^naa.[A-Za-z0-9]{32}$/],
];

function checkIscsiName(name: string, prefixDetail: string, path: string, errors: Errors): void {
  const known = iscsiNames.find(([prefix]) => name.startsWith(prefix));
  if (known === undefined) errors.push(invalid(path, name, prefixDetail));
  else if (!known[1].test(name)) errors.push(invalid(path, name, 'must be valid format'));
}

function checkLun(lun: JsonValue, path: string, errors: Errors): void {
  if (asNumber(lun) < 0 || asNumber(lun) > 255) errors.push(invalid(path, lun, inclusiveRangeMessage(0, 255)));
}

export function isIscsiTargetTooLong(volumeName: string, source: JsonObject): boolean {
  return isSet(source.initiatorName) && `${volumeName}:${asText(source.targetPortal)}`.length > 64;
}

export const ISCSI_TARGET_TOO_LONG =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';

export function checkFibreChannel(source: JsonObject, path: string, errors: Errors): void {
  const targets = asList(source.targetWWNs);
  const ids = asList(source.wwids);
  const targetsPath = `${path}.targetWWNs`;
  if (targets.length === 0 && ids.length === 0) {
    errors.push(required(targetsPath, 'must specify either targetWWNs or wwids, but not both'));
  }
  if (targets.length > 0 && ids.length > 0) {
    errors.push(invalid(targetsPath, [...targets], 'targetWWNs and wwids can not be specified simultaneously'));
  }
  if (targets.length === 0) return;
  if (isSet(source.lun)) checkLun(source.lun, `${path}.lun`, errors);
  else errors.push(required(`${path}.lun`, 'lun is required if targetWWNs is specified'));
}

export function checkGlusterfsPersistent(source: JsonObject, path: string, errors: Errors): void {
  requiring('endpoints', 'path')(source, path, errors);
  if (!isSet(source.endpointsNamespace)) return;
  const namespace = asText(source.endpointsNamespace);
  const complaints =
    namespace === ''
      ? ['if the endpointnamespace is set, it must be a valid namespace name']
      : validateDnsLabelName(namespace, false);
  checkComplaints(namespace, complaints, `${path}.endpointsNamespace`, errors);
}

export function checkFlocker(source: JsonObject, path: string, errors: Errors): void {
  const name = asText(source.datasetName);
  const uuid = asText(source.datasetUUID);
  if (name === '' && uuid === '') errors.push(required(path, 'one of datasetName and datasetUUID is required'));
  if (name !== '' && uuid !== '') {
    errors.push(invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  }
  if (name.includes('/')) errors.push(invalid(`${path}.datasetName`, name, "must not contain '/'"));
}

export function checkQuobyte(source: JsonObject, path: string, errors: Errors): void {
  const registry = asText(source.registry);
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  if (registry === '') errors.push(required(`${path}.registry`, pairs));
  else if (asText(source.tenant).length >= 65) {
    errors.push(required(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'));
  } else {
    for (const pair of registry.split(',')) {
      if (!/^([^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(pair)) errors.push(invalid(`${path}.registry`, registry, pairs));
    }
  }
  checkRequired(source.volume, `${path}.volume`, errors);
}

export function checkCephFs(source: JsonObject, path: string, errors: Errors): void {
  if (asList(source.monitors).length === 0) errors.push(required(`${path}.monitors`));
}

export function checkRbd(source: JsonObject, path: string, errors: Errors): void {
  checkCephFs(source, path, errors);
  checkRequired(source.image, `${path}.image`, errors);
}

export function checkCinder(source: JsonObject, path: string, errors: Errors): void {
  checkRequired(source.volumeID, `${path}.volumeID`, errors);
  checkSecretRef(source, ['name'], path, errors);
}

export function checkCinderPersistent(source: JsonObject, path: string, errors: Errors): void {
  checkRequired(source.volumeID, `${path}.volumeID`, errors);
  checkSecretRef(source, ['name', 'namespace'], path, errors);
}

function checkSecretRef(source: JsonObject, fields: readonly string[], path: string, errors: Errors): void {
  if (isSet(source.secretRef)) requiring(...fields)(asObject(source.secretRef), `${path}.secretRef`, errors);
}

export function checkFlexVolume(source: JsonObject, path: string, errors: Errors): void {
  checkRequired(source.driver, `${path}.driver`, errors);
  for (const key of Object.keys(asObject(source.options))) {
    const domain = `.${(key.includes('/') ? key.slice(0, key.indexOf('/')) : key).toLowerCase()}`;
    if (domain.endsWith('.kubernetes.io') || domain.endsWith('.k8s.io')) {
      errors.push(invalid(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'));
    }
  }
}

export function checkAzureFilePersistent(source: JsonObject, path: string, errors: Errors): void {
  requiring('secretName', 'shareName')(source, path, errors);
  if (isSet(source.secretNamespace)) checkRequired(source.secretNamespace, `${path}.secretNamespace`, errors);
}

export function checkAzureDisk(source: JsonObject, path: string, errors: Errors): void {
  requiring('diskName', 'diskURI')(source, path, errors);
  if (isSet(source.cachingMode)) checkOneOf(source.cachingMode, cachingModes, `${path}.cachingMode`, errors);
  if (!isSet(source.kind)) return;
  checkOneOf(source.kind, azureDiskKinds, `${path}.kind`, errors);
  const uri = asText(source.diskURI);
  const [prefix, form] =
    source.kind === 'Managed'
      ? [
          '/subscriptions/',
          '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}',
        ]
      : ['https://', 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'];
  if (!uri.startsWith(prefix)) errors.push(notSupportedText(`${path}.diskURI`, uri, [form]));
}

export function checkLocalVolume(source: JsonObject, path: string, errors: Errors): void {
  if (checkRequired(source.path, `${path}.path`, errors)) checkNoBacksteps(asText(source.path), `${path}.path`, errors);
}

export function checkStorageOs(source: JsonObject, path: string, errors: Errors): void {
  checkStorageOsNames(source, path, errors);
  checkSecretRef(source, ['name'], path, errors);
}

export function checkStorageOsPersistent(source: JsonObject, path: string, errors: Errors): void {
  checkStorageOsNames(source, path, errors);
  checkSecretRef(source, ['name', 'namespace'], path, errors);
}

function checkStorageOsNames(source: JsonObject, path: string, errors: Errors): void {
  if (checkRequired(source.volumeName, `${path}.volumeName`, errors)) {
    checkDnsLabel(source.volumeName, `${path}.volumeName`, errors);
  }
  if (asText(source.volumeNamespace) !== '') checkDnsLabel(source.volumeNamespace, `${path}.volumeNamespace`, errors);
}

export function checkCsiDriverName(name: string, path: string, errors: Errors): void {
  if (!checkRequired(name, path, errors)) return;
  if (Buffer.byteLength(name) > CSI_DRIVER_NAME_MAX_LENGTH) errors.push(tooLong(path, CSI_DRIVER_NAME_MAX_LENGTH));
  checkComplaints(name, isDns1123Subdomain(name.toLowerCase()), path, errors);
}

export function checkCsi(source: JsonObject, path: string, errors: Errors): void {
  checkCsiDriverName(asText(source.driver), `${path}.driver`, errors);
  if (!isSet(source.nodePublishSecretRef)) return;
  const { name } = asObject(source.nodePublishSecretRef);
  if (checkRequired(name, `${path}.nodePublishSecretRef.name`, errors)) {
    checkDnsSubdomain(name, `${path}.name`, errors);
  }
}

const csiSecrets = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const;

export function checkCsiPersistent(source: JsonObject, path: string, errors: Errors): void {
  checkCsiDriverName(asText(source.driver), `${path}.driver`, errors);
  checkRequired(source.volumeHandle, `${path}.volumeHandle`, errors);
  for (const field of csiSecrets) {
    if (!isSet(source[field])) continue;
    const { name, namespace } = asObject(source[field]);
    checkRequiredFormat(name, isDns1123Subdomain, `${path}.${field}.name`, errors);
    if (checkRequired(namespace, `${path}.${field}.namespace`, errors)) {
      checkDnsLabel(namespace, `${path}.${field}.namespace`, errors);
    }
  }
}

export const SECOND_VOLUME_TYPE = 'may not specify more than 1 volume type';
