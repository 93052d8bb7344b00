/** Volumes that show files made from other objects: secrets, config maps, the downward API and projections of several. */
import { invalid, required, forbidden } from '../../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { validateLabelSelector } from '../../../apimachinery/validation/labels.ts';
import { checkComplaints, checkEach, checkOneOf, checkRequired, type Errors } from '../../validation/checks.ts';
import { checkFieldSelector, checkResourceFieldSelector, volumeFieldPaths } from './downward-api.ts';
import { checkLocalNonReservedPath } from './paths.ts';
import { checkSignerName, clusterTrustBundleNameComplaints, isKubernetesSigner } from './signer-names.ts';

const MAX_MODE = 0o777;
const MAX_TOKEN_SECONDS = 2 ** 32;
const MIN_TOKEN_SECONDS = 600;

const keyTypes = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'] as const;

/** Files of a projection so far: two sources may not write the same one. */
interface Projection {
  readonly path: string;
  readonly errors: Errors;
  readonly files: Set<string>;
}

export function checkFileMode(mode: JsonValue | undefined, path: string, errors: Errors): void {
  if (!isSet(mode)) return;
  const bits = asNumber(mode);
  if (bits < 0 || bits > MAX_MODE) {
    errors.push(invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive'));
  }
}

export function checkSecretVolume(source: JsonObject, path: string, errors: Errors): void {
  checkRequired(source.secretName, `${path}.secretName`, errors);
  checkKeyVolume(source, path, errors);
}

export function checkConfigMapVolume(source: JsonObject, path: string, errors: Errors): void {
  checkRequired(source.name, `${path}.name`, errors);
  checkKeyVolume(source, path, errors);
}

function checkKeyVolume(source: JsonObject, path: string, errors: Errors): void {
  checkFileMode(source.defaultMode, `${path}.defaultMode`, errors);
  checkEach(source.items, `${path}.items`, (item, itemPath) => checkKeyToPath(item, itemPath, errors));
}

function checkKeyToPath(item: JsonObject, path: string, errors: Errors): void {
  checkRequired(item.key, `${path}.key`, errors);
  checkRequired(item.path, `${path}.path`, errors);
  checkLocalNonReservedPath(asText(item.path), `${path}.path`, errors);
  checkFileMode(item.mode, `${path}.mode`, errors);
}

export function checkDownwardApiVolume(source: JsonObject, path: string, errors: Errors): void {
  checkFileMode(source.defaultMode, `${path}.defaultMode`, errors);
  for (const file of asObjects(source.items)) checkDownwardApiFile(file, path, errors);
}

function checkDownwardApiFile(file: JsonObject, path: string, errors: Errors): void {
  checkRequired(file.path, `${path}.path`, errors);
  checkLocalNonReservedPath(asText(file.path), `${path}.path`, errors);
  if (isSet(file.fieldRef)) {
    checkFieldSelector(asObject(file.fieldRef), volumeFieldPaths, `${path}.fieldRef`, errors);
    if (isSet(file.resourceFieldRef)) {
      errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
    }
  } else if (isSet(file.resourceFieldRef)) {
    checkResourceFieldSelector(asObject(file.resourceFieldRef), true, `${path}.resourceFieldRef`, errors);
  } else {
    errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  }
  checkFileMode(file.mode, `${path}.mode`, errors);
}

export function checkProjectedVolume(source: JsonObject, path: string, errors: Errors): void {
  checkFileMode(source.defaultMode, `${path}.defaultMode`, errors);
  const projection: Projection = { path, errors, files: new Set() };
  checkEach(source.sources, `${path}.sources`, (item, itemPath) => checkProjectionSource(item, itemPath, projection));
}

function checkProjectionSource(source: JsonObject, path: string, projection: Projection): void {
  let found = 0;
  for (const [field, check] of projectionSources) {
    if (!isSet(source[field])) continue;
    found++;
    check(asObject(source[field]), `${path}.${field}`, projection);
  }
  if (found > 1) projection.errors.push(forbidden(path, 'may not specify more than 1 volume type per source'));
}

const projectionSources: readonly (readonly [string, (source: JsonObject, path: string, to: Projection) => void])[] = [
  ['secret', checkProjectedKeys],
  ['configMap', checkProjectedKeys],
  ['downwardAPI', checkProjectedDownwardApi],
  ['serviceAccountToken', checkProjectedToken],
  ['clusterTrustBundle', checkProjectedTrustBundle],
  ['podCertificate', checkProjectedCertificate],
];

function checkProjectedKeys(source: JsonObject, path: string, to: Projection): void {
  checkRequired(source.name, `${path}.name`, to.errors);
  checkEach(source.items, `${path}.items`, (item, itemPath) => {
    checkKeyToPath(item, itemPath, to.errors);
    if (asText(item.path) !== '') addFile(asText(item.path), asText(source.name), to);
  });
}

function checkProjectedDownwardApi(source: JsonObject, path: string, to: Projection): void {
  for (const file of asObjects(source.items)) {
    checkDownwardApiFile(file, path, to.errors);
    if (asText(file.path) !== '') addFile(asText(file.path), asText(file.path), to);
  }
}

function checkProjectedToken(source: JsonObject, path: string, to: Projection): void {
  const { errors } = to;
  const seconds = asNumber(source.expirationSeconds);
  const secondsPath = `${path}.expirationSeconds`;
  if (seconds < MIN_TOKEN_SECONDS) {
    errors.push(invalid(secondsPath, source.expirationSeconds ?? 0, 'may not specify a duration less than 10 minutes'));
  }
  if (seconds > MAX_TOKEN_SECONDS) {
    errors.push(
      invalid(secondsPath, source.expirationSeconds ?? 0, 'may not specify a duration larger than 2^32 seconds'),
    );
  }
  // Upstream reports these on the volume, not on the source.
  if (checkRequired(source.path, `${to.path}.path`, errors)) {
    checkLocalNonReservedPath(asText(source.path), `${to.path}.path`, errors);
  }
}

function checkProjectedTrustBundle(source: JsonObject, path: string, to: Projection): void {
  const { errors } = to;
  if (isSet(source.name) && isSet(source.signerName)) {
    errors.push(invalid(path, source, 'only one of name and signerName may be used'));
  } else if (isSet(source.name)) {
    const name = asText(source.name);
    checkRequired(name, `${path}.name`, errors, 'must be a valid object name');
    const colon = name.lastIndexOf(':');
    const signer = colon < 0 ? '' : name.slice(0, colon).replaceAll(':', '/');
    for (const complaint of clusterTrustBundleNameComplaints(name, signer, false)) {
      errors.push(invalid(`${path}.name`, name, `not a valid clustertrustbundlename: ${complaint}`));
    }
    if (isSet(source.labelSelector)) {
      const detail = 'labelSelector must be unset if name is specified';
      errors.push(invalid(`${path}.labelSelector`, source.labelSelector, detail));
    }
  } else if (isSet(source.signerName)) {
    checkRequired(source.signerName, `${path}.signerName`, errors, 'must be a valid signer name');
    checkSignerName(asText(source.signerName), `${path}.signerName`, errors);
    errors.push(...validateLabelSelector(source.labelSelector, `${path}.labelSelector`));
  } else {
    errors.push(required(path, 'either name or signerName must be specified'));
  }
  checkRequired(source.path, `${path}.path`, errors);
  checkLocalNonReservedPath(asText(source.path), `${path}.path`, errors);
  addFile(asText(source.path), asText(source.path), to);
}

const MIN_CERTIFICATE_SECONDS = 3600;
const MAX_CERTIFICATE_SECONDS = 91 * 24 * 3600;
const MAX_KUBERNETES_CERTIFICATE_SECONDS = 24 * 3600;

function checkProjectedCertificate(source: JsonObject, path: string, to: Projection): void {
  const { errors } = to;
  const signer = asText(source.signerName);
  checkSignerName(signer, `${path}.signerName`, errors);
  checkOneOf(source.keyType, keyTypes, `${path}.keyType`, errors);
  if (isSet(source.maxExpirationSeconds)) {
    const seconds = asNumber(source.maxExpirationSeconds);
    const max = isKubernetesSigner(signer) ? MAX_KUBERNETES_CERTIFICATE_SECONDS : MAX_CERTIFICATE_SECONDS;
    const problems = [
      ...(seconds < MIN_CERTIFICATE_SECONDS
        ? [`if provided, maxExpirationSeconds must be >= ${MIN_CERTIFICATE_SECONDS}`]
        : []),
      ...(seconds > max ? [`if provided, maxExpirationSeconds must be <= ${max}`] : []),
    ];
    checkComplaints(seconds, problems, `${path}.maxExpirationSeconds`, errors);
  }
  const files = ['credentialBundlePath', 'keyPath', 'certificateChainPath'].filter(
    (field) => asText(source[field]) !== '',
  );
  for (const field of files) {
    checkLocalNonReservedPath(asText(source[field]), `${path}.${field}`, errors);
    addFile(asText(source[field]), asText(source[field]), to);
  }
  if (files.length === 0) {
    errors.push(required(path, 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath'));
  }
}

function addFile(file: string, shown: string, to: Projection): void {
  if (to.files.has(file)) to.errors.push(invalid(to.path, shown, 'conflicting duplicate paths'));
  to.files.add(file);
}
