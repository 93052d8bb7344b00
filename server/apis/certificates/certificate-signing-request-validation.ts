/** CertificateSigningRequests: what an old one already had is not held against it. */
import { X509Certificate } from 'node:crypto';
import {
  duplicate,
  forbidden,
  goQuote,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkSignerName } from '../core/validation/signer-names.ts';
import type { Errors } from '../validation/checks.ts';
import { specDiff } from '../validation/spec-diff.ts';
import { CertificateRequestError, parseCertificateRequest } from './certificate-request.ts';
import { decodePem } from './pem.ts';

const LEGACY_UNKNOWN_SIGNER = 'kubernetes.io/legacy-unknown';
const MIN_EXPIRATION_SECONDS = 600;
const verdicts = ['Approved', 'Denied'] as const;
const finalConditions = ['Approved', 'Denied', 'Failed'] as const;

const usages = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

/** What a subresource lets its writers do. */
interface Permissions {
  readonly verdict?: boolean;
  readonly certificate?: boolean;
}

export function validateCertificateSigningRequest(request: KubeObject): Errors {
  return validateAgainst(request, undefined);
}

export function validateCertificateSigningRequestUpdate(request: KubeObject, old: KubeObject): Errors {
  return validateChange(request, old, {});
}

export function validateCertificateSigningRequestStatusUpdate(request: KubeObject, old: KubeObject): Errors {
  return validateChange(request, old, { certificate: true });
}

export function validateCertificateSigningRequestApproval(request: KubeObject, old: KubeObject): Errors {
  return validateChange(request, old, { verdict: true });
}

function validateAgainst(request: KubeObject, old: KubeObject | undefined): Errors {
  const errors = finalizerErrors(request);
  const spec = asObject(request.spec);
  const before = asObject(old?.spec);
  const problem = requestProblem(asText(spec.request));
  if (problem !== undefined) errors.push(invalid('spec.request', spec.request ?? null, problem));
  checkUsages(asTexts(spec.usages), asTexts(before.usages), errors);
  if (spec.signerName === LEGACY_UNKNOWN_SIGNER && before.signerName !== LEGACY_UNKNOWN_SIGNER) {
    const detail = 'the legacy signerName is not allowed via this API version';
    errors.push(invalid('spec.signerName', spec.signerName, detail));
  } else {
    checkSignerName(asText(spec.signerName), 'spec.signerName', errors);
  }
  if (isSet(spec.expirationSeconds) && asNumber(spec.expirationSeconds) < MIN_EXPIRATION_SECONDS) {
    const detail = `may not specify a duration less than ${MIN_EXPIRATION_SECONDS} seconds (10 minutes)`;
    errors.push(invalid('spec.expirationSeconds', spec.expirationSeconds, detail));
  }
  const status = asObject(request.status);
  checkConditions(asObjects(status.conditions), asObjects(asObject(old?.status).conditions), errors);
  checkCertificate(asText(status.certificate), old, errors);
  return errors;
}

function requestProblem(base64: string): string | undefined {
  const [block] = decodePem(Buffer.from(base64, 'base64').toString('latin1'));
  if (block?.type !== 'CERTIFICATE REQUEST') return 'PEM block type must be CERTIFICATE REQUEST';
  try {
    return parseCertificateRequest(block.der).signatureProblem();
  } catch (error) {
    if (error instanceof CertificateRequestError) return error.message;
    throw error;
  }
}

function checkUsages(values: readonly string[], before: readonly string[], errors: Errors): void {
  const path = 'spec.usages';
  if (values.length === 0) errors.push(required(path));
  if (before.every((usage) => usages.includes(usage))) {
    values.forEach((usage, index) => {
      if (!usages.includes(usage)) errors.push(notSupported(`${path}[${index}]`, usage, usages));
    });
  }
  if (new Set(before).size < before.length) return;
  values.forEach((usage, index) => {
    if (values.indexOf(usage) < index) errors.push(duplicate(`${path}[${index}]`, usage));
  });
}

function checkConditions(conditions: readonly JsonObject[], before: readonly JsonObject[], errors: Errors): void {
  const path = 'status.conditions';
  const oldTypes = before.map(({ type }) => asText(type));
  const allowsBoth = verdicts.every((verdict) => oldTypes.includes(verdict));
  const allowsDuplicates = new Set(oldTypes).size < oldTypes.length;
  const allowsEmpty = oldTypes.includes('');
  const seen = new Set<string>();
  conditions.forEach((condition, index) => {
    const type = asText(condition.type);
    if (type === '' && !allowsEmpty) errors.push(required(`${path}[${index}].type`));
    checkStatus(condition, type, `${path}[${index}].status`, errors);
    const other = verdicts.find((verdict) => verdict !== type);
    if (!allowsBoth && isVerdict(type) && other !== undefined && seen.has(other)) {
      errors.push(invalid(path, type, 'Approved and Denied conditions are mutually exclusive'));
    }
    if (!allowsDuplicates && seen.has(type)) errors.push(duplicate(`${path}[${index}].type`, type));
    seen.add(type);
  });
}

function isVerdict(type: string): boolean {
  return verdicts.some((verdict) => verdict === type);
}

function checkStatus({ status }: JsonObject, type: string, path: string, errors: Errors): void {
  const isFinal = finalConditions.some((known) => known === type);
  const allowed = isFinal ? ['True'] : ['True', 'False', 'Unknown'];
  if (asText(status) === '') errors.push(required(path));
  else if (!allowed.includes(asText(status))) errors.push(notSupported(path, asText(status), allowed));
}

function checkCertificate(certificate: string, old: KubeObject | undefined, errors: Errors): void {
  if (old !== undefined) {
    const before = asText(asObject(old.status).certificate);
    if (before === certificate || certificateProblem(before) !== undefined) return;
  }
  const problem = certificateProblem(certificate);
  if (problem !== undefined) errors.push(invalid('status.certificate', '<certificate data>', problem));
}

function certificateProblem(base64: string): string | undefined {
  if (base64 === '') return undefined;
  const blocks = decodePem(Buffer.from(base64, 'base64').toString('latin1'));
  for (const { type, hasHeaders, der } of blocks) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${goQuote(type)}`;
    if (hasHeaders) return 'no PEM block headers are permitted';
    if (der.length === 0) return 'found CERTIFICATE PEM block containing 0 certificates';
    try {
      new X509Certificate(der);
    } catch {
      return 'x509: malformed certificate';
    }
  }
  return blocks.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined;
}

function validateChange(request: KubeObject, old: KubeObject, may: Permissions): Errors {
  const errors = validateAgainst(request, old);
  const refuseConditions = (detail: string): void => {
    errors.push(forbidden('status.conditions', detail));
  };
  for (const type of finalConditions) {
    if (conditionsOf(request, type).length < conditionsOf(old, type).length) {
      refuseConditions(`updates may not remove a condition of type ${goQuote(type)}`);
    }
  }
  if (may.verdict !== true) {
    for (const type of verdicts) {
      const before = conditionsOf(old, type);
      const after = conditionsOf(request, type);
      if (after.length > before.length) refuseConditions(`updates may not add a condition of type ${goQuote(type)}`);
      else if (after.length === before.length && !semanticallyEqual([...before], [...after])) {
        const difference = specDiff('[]certificates.CertificateSigningRequestCondition', [...before], [...after]);
        refuseConditions(`updates may not modify a condition of type ${goQuote(type)}\n${difference}`);
      }
    }
  }
  const certificate = asText(asObject(request.status).certificate);
  const before = asText(asObject(old.status).certificate);
  if (certificate !== before) {
    const refuse = (detail: string): void => {
      errors.push(forbidden('status.certificate', detail));
    };
    if (may.certificate !== true) refuse('updates may not set certificate content');
    else if (before !== '') refuse('updates may not modify existing certificate content');
  }
  return errors;
}

function conditionsOf(request: KubeObject, type: string): readonly JsonObject[] {
  return asObjects(asObject(request.status).conditions).filter((condition) => condition.type === type);
}
