/** PodCertificateRequests. The issued chain itself is not looked into here. */
import { createPublicKey, type KeyObject, verify, constants } from 'node:crypto';
import {
  invalid,
  invalidWithoutValue,
  notSupportedInOrder,
  required,
  tooLong,
} from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asObjects, asText, asTextEntries, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { TOTAL_ANNOTATION_SIZE_LIMIT } from '../../apimachinery/validation/object-meta.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkSignerName, isKubernetesSigner } from '../core/validation/signer-names.ts';
import { checkDnsSubdomain, type Errors } from '../validation/checks.ts';
import { checkConditions } from '../validation/conditions.ts';
import { checkDomainPrefixedKey } from '../validation/domain-names.ts';
import { type CertificateRequest, parseCertificateRequest } from './certificate-request.ts';
import { decodePem } from './pem.ts';
import { checkImmutableTyped } from '../validation/internal-value.ts';

const MAX_UID_LENGTH = 128;
const MAX_REQUEST_SIZE = 10 * 1024;
const MAX_CHAIN_SIZE = 100 * 1024;
const HOUR = 3600;
const MAX_EXPIRATION = 91 * 24 * HOUR;
const MAX_KUBERNETES_EXPIRATION = 24 * HOUR;
const rsaSizes = [3072, 4096];
const curves: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };
const outcomes = ['Issued', 'Denied', 'Failed'];

const stubPath = 'spec.stubPKCS10Request';
const keyPath = 'spec.pkixPublicKey';
const proofPath = 'spec.proofOfPossession';

export function validatePodCertificateRequest(request: KubeObject): Errors {
  const errors = finalizerErrors(request);
  const spec = asObject(request.spec);
  checkSignerName(asText(spec.signerName), 'spec.signerName', errors);
  checkUserAnnotations(spec, errors);
  for (const owner of ['pod', 'serviceAccount', 'node']) {
    checkDnsSubdomain(spec[`${owner}Name`], `spec.${owner}Name`, errors);
    const path = `spec.${owner}UID`;
    const uid = asText(spec[`${owner}UID`]);
    if (uid === '') errors.push(invalid(path, uid, 'must not be empty'));
    if (uid.length > MAX_UID_LENGTH) errors.push(tooLong(path, MAX_UID_LENGTH));
  }
  if (!isSet(spec.maxExpirationSeconds)) {
    errors.push(required('spec.maxExpirationSeconds', 'must be set'));
    return errors;
  }
  const seconds = asNumber(spec.maxExpirationSeconds);
  const max = isKubernetesSigner(asText(spec.signerName)) ? MAX_KUBERNETES_EXPIRATION : MAX_EXPIRATION;
  if (seconds < HOUR || seconds > max) {
    errors.push(invalid('spec.maxExpirationSeconds', seconds, `must be in the range [${HOUR}, ${max}]`));
  }
  const has = (field: string): boolean => asText(spec[field]) !== '';
  if (has('stubPKCS10Request') && !has('pkixPublicKey') && !has('proofOfPossession')) checkStubRequest(spec, errors);
  else if (!has('stubPKCS10Request') && has('pkixPublicKey') && has('proofOfPossession')) checkPublicKey(spec, errors);
  else {
    const detail = 'exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be set';
    errors.push(invalidWithoutValue('spec', detail));
  }
  return errors;
}

export function validatePodCertificateRequestUpdate(request: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(request);
  checkImmutableTyped('certificates.PodCertificateRequestSpec', request.spec, old.spec, 'spec', errors);
  return errors;
}

export function validatePodCertificateRequestStatusUpdate(request: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(request);
  const status = asObject(request.status);
  const before = asObject(old.status);
  checkOutcomes(asObjects(status.conditions), errors);
  checkConditions(status.conditions, 'status.conditions', errors);
  if (errors.length > 0) return errors;
  const refuse = (detail: string): void => {
    errors.push(invalidWithoutValue('status', detail));
  };
  if (outcomes.some((type) => isTrue(before, type))) {
    if (!semanticallyEqual(status, before))
      refuse('immutable after PodCertificateRequest is issued, denied, or failed');
  } else if (isTrue(status, 'Denied') || isTrue(status, 'Failed')) {
    if (!semanticallyEqual(status, { conditions: status.conditions ?? null })) {
      refuse('non-condition status fields must be empty when denying or failing the PodCertificateRequest');
    }
  } else if (isTrue(status, 'Issued')) checkIssued(status, errors);
  else if (!semanticallyEqual(status, before)) {
    refuse('status is immutable unless transitioning to "Issued", "Denied", or "Failed"');
  }
  return errors;
}

function checkOutcomes(conditions: readonly JsonObject[], errors: Errors): void {
  let known = 0;
  conditions.forEach(({ type, status }, index) => {
    const path = `status.conditions.[${index}]`;
    if (!outcomes.includes(asText(type))) {
      errors.push(notSupportedInOrder(`${path}.type`, asText(type), outcomes));
      return;
    }
    known++;
    if (known > 1) {
      const detail = 'There may be at most one condition with type "Issued", "Denied", or "Failed"';
      errors.push(invalid(`${path}.type`, type, detail));
    }
    if (status !== 'True') errors.push(notSupportedInOrder(`${path}.status`, asText(status), ['True']));
  });
}

function isTrue(status: JsonObject, type: string): boolean {
  return asObjects(status.conditions).some((condition) => condition.type === type && condition.status === 'True');
}

function checkIssued(status: JsonObject, errors: Errors): void {
  const path = 'status.certificateChain';
  const chain = asText(status.certificateChain);
  if (Buffer.byteLength(chain) > MAX_CHAIN_SIZE) {
    errors.push(tooLong(path, MAX_CHAIN_SIZE));
    return;
  }
  const blocks = decodePem(chain);
  if (blocks.length === 0) {
    errors.push(invalid(path, chain, 'issued certificate chain must contain at least one certificate'));
  } else if (blocks.some(({ type }) => type !== 'CERTIFICATE')) {
    errors.push(invalid(path, chain, 'issued certificate chain must consist entirely of CERTIFICATE PEM blocks'));
  }
  if (errors.length > 0) return;
  for (const field of ['notBefore', 'notAfter']) {
    if (!isSet(status[field])) {
      errors.push(required(`status.${field}`, 'must be present and consistent with the issued certificate'));
    }
  }
  if (!isSet(status.beginRefreshAt)) {
    const detail = 'must be present and in the range [notbefore+10min, notafter-10min]';
    errors.push(required('status.beginRefreshAt', detail));
  }
}

function checkUserAnnotations(spec: JsonObject, errors: Errors): void {
  const path = 'spec.unverifiedUserAnnotations';
  let size = 0;
  for (const [key, value] of asTextEntries(spec.unverifiedUserAnnotations)) {
    checkDomainPrefixedKey(key.toLowerCase(), path, errors);
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (size > TOTAL_ANNOTATION_SIZE_LIMIT) errors.push(tooLong(path, TOTAL_ANNOTATION_SIZE_LIMIT));
}

function checkStubRequest(spec: JsonObject, errors: Errors): void {
  const der = Buffer.from(asText(spec.stubPKCS10Request), 'base64');
  if (der.length > MAX_REQUEST_SIZE) {
    errors.push(tooLong(stubPath, MAX_REQUEST_SIZE));
    return;
  }
  let request: CertificateRequest;
  try {
    request = parseCertificateRequest(der);
  } catch {
    errors.push(invalidWithoutValue(stubPath, 'must be a valid PKCS#10 CSR'));
    return;
  }
  if (!checkKeyStrength(request.publicKey, stubPath, errors)) return;
  if (request.signatureProblem() !== undefined) errors.push(invalidWithoutValue(stubPath, 'invalid signature'));
}

function checkPublicKey(spec: JsonObject, errors: Errors): void {
  const der = Buffer.from(asText(spec.pkixPublicKey), 'base64');
  const proof = Buffer.from(asText(spec.proofOfPossession), 'base64');
  for (const [path, bytes] of [
    [keyPath, der],
    [proofPath, proof],
  ] as const) {
    if (bytes.length <= MAX_REQUEST_SIZE) continue;
    errors.push(tooLong(path, MAX_REQUEST_SIZE));
    return;
  }
  let key: KeyObject;
  try {
    key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    errors.push(invalid(keyPath, spec.pkixPublicKey, 'must be a valid PKIX-serialized public key'));
    return;
  }
  if (!checkKeyStrength(key, keyPath, errors)) return;
  if (!isProof(key, asText(spec.podUID), proof)) {
    errors.push(invalidWithoutValue(proofPath, 'could not verify proof-of-possession signature'));
  }
}

function checkKeyStrength(key: KeyObject, path: string, errors: Errors): boolean {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return true;
    case 'ec':
      if (Object.hasOwn(curves, namedCurve)) return true;
      errors.push(invalid(path, `curve ${namedCurve}`, 'elliptic public keys must use curve P256, P384, or P521'));
      return false;
    case 'rsa':
      if (rsaSizes.includes(modulusLength)) return true;
      errors.push(invalid(path, `${modulusLength}-bit modulus`, 'RSA keys must have modulus size 3072 or 4096'));
      return false;
    default: {
      const detail = 'unknown public key type; supported types are Ed25519, ECDSA, and RSA';
      errors.push(invalidWithoutValue(path, detail));
      return false;
    }
  }
}

/** The pod's UID, signed with the key. */
function isProof(key: KeyObject, uid: string, proof: Buffer): boolean {
  const message = Buffer.from(uid);
  try {
    if (key.asymmetricKeyType === 'ed25519') return verify(null, message, key, proof);
    if (key.asymmetricKeyType === 'ec') return verify('sha256', message, key, proof);
    return verify('sha256', message, { key, padding: constants.RSA_PKCS1_PSS_PADDING }, proof);
  } catch {
    return false;
  }
}
