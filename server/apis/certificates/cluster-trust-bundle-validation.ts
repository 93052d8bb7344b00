/** ClusterTrustBundles. */
import { X509Certificate } from 'node:crypto';
import { invalid, tooLong } from '../../apimachinery/errors/field-error.ts';
import { asObject, asText } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkSignerName, clusterTrustBundleNameComplaints } from '../core/validation/signer-names.ts';
import { checkComplaints, checkImmutable, type Errors } from '../validation/checks.ts';
import { decodePem, type PemBlock } from './pem.ts';

const MAX_BUNDLE_SIZE = 1024 * 1024;

export function validateClusterTrustBundle(bundle: KubeObject): Errors {
  const errors = validateNames(bundle);
  checkTrustBundle(asText(asObject(bundle.spec).trustBundle), 'spec.trustBundle', errors);
  return errors;
}

/** As a whole: certificates that were there are not looked at again. */
export function validateChangedClusterTrustBundle(bundle: KubeObject, old: KubeObject): Errors {
  const isKept = asText(asObject(bundle.spec).trustBundle) === asText(asObject(old.spec).trustBundle);
  return isKept ? validateNames(bundle) : validateClusterTrustBundle(bundle);
}

export function validateClusterTrustBundleUpdate(bundle: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(bundle);
  checkImmutable(
    asText(asObject(bundle.spec).signerName),
    asText(asObject(old.spec).signerName),
    'spec.signerName',
    errors,
  );
  return errors;
}

/** The name of a bundle depends on its signer. */
function validateNames(bundle: KubeObject): Errors {
  const errors = finalizerErrors(bundle);
  const signer = asText(asObject(bundle.spec).signerName);
  const { name = '' } = bundle.metadata;
  if (name !== '')
    checkComplaints(name, clusterTrustBundleNameComplaints(name, signer, false), 'metadata.name', errors);
  if (signer !== '') checkSignerName(signer, 'spec.signerName', errors);
  return errors;
}

function checkTrustBundle(text: string, path: string, errors: Errors): void {
  if (Buffer.byteLength(text) > MAX_BUNDLE_SIZE) {
    errors.push(tooLong(path, MAX_BUNDLE_SIZE));
    return;
  }
  const refuse = (detail: string): void => {
    errors.push(invalid(path, '<value omitted>', detail));
  };
  const places = new Map<string, number[]>();
  let isGood = true;
  decodePem(text).forEach((block, index) => {
    const problem = anchorProblem(block);
    if (problem !== undefined) {
      isGood = false;
      refuse(`entry ${index} ${problem}`);
      return;
    }
    const key = block.der.toString('base64');
    places.set(key, [...(places.get(key) ?? []), index]);
  });
  if (!isGood) return;
  if (places.size === 0) refuse('at least one trust anchor must be provided');
  for (const indexes of places.values()) {
    if (indexes.length > 1) refuse(`duplicate trust anchor (indices [${indexes.join(' ')}])`);
  }
}

function anchorProblem({ type, hasHeaders, der }: PemBlock): string | undefined {
  if (type !== 'CERTIFICATE') return `has bad block type: ${type}`;
  if (hasHeaders) return 'has PEM block headers';
  try {
    return new X509Certificate(der).ca ? undefined : 'does not have the CA bit set';
  } catch {
    return 'does not parse as X.509';
  }
}
