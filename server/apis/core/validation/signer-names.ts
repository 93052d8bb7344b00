/** Names of certificate signers ("example.com/my-signer") and of the trust bundles that belong to them. */
import { goQuote, invalid, required, tooLong } from '../../../apimachinery/errors/field-error.ts';
import {
  DNS1123_LABEL_MAX_LENGTH,
  DNS1123_SUBDOMAIN_MAX_LENGTH,
  isDns1123Label,
  isDns1123Subdomain,
  validateDnsSubdomainName,
} from '../../../apimachinery/validation/names.ts';
import type { Errors } from '../../validation/checks.ts';

/** A domain, a slash, and a namespace and name with a dot between. */
const MAX_SIGNER_NAME_LENGTH =
  DNS1123_SUBDOMAIN_MAX_LENGTH + 1 + DNS1123_SUBDOMAIN_MAX_LENGTH + DNS1123_LABEL_MAX_LENGTH + 1;

export function isKubernetesSigner(name: string): boolean {
  const host = name.split('/')[0] ?? '';
  return host === 'kubernetes.io' || host.endsWith('.kubernetes.io');
}

export function checkSignerName(name: string, path: string, errors: Errors): void {
  if (name === '') {
    errors.push(required(path));
    return;
  }
  const [domain = '', rest = '', ...more] = name.split('/');
  if (!name.includes('/') || more.length > 0) {
    const form = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    errors.push(invalid(path, name, form));
    return;
  }
  if (Buffer.byteLength(domain) > DNS1123_SUBDOMAIN_MAX_LENGTH) {
    errors.push(tooLong(path, DNS1123_SUBDOMAIN_MAX_LENGTH));
  }
  checkSegments(domain, isDns1123Label, path, errors);
  if (!domain.includes('.')) {
    errors.push(invalid(path, domain, 'should be a domain with at least two segments separated by dots'));
  }
  checkSegments(rest, isDns1123Subdomain, path, errors);
  if (Buffer.byteLength(name) > MAX_SIGNER_NAME_LENGTH) errors.push(tooLong(path, MAX_SIGNER_NAME_LENGTH));
}

/** Only the first bad segment is reported. */
function checkSegments(
  text: string,
  complaintsOf: (segment: string) => readonly string[],
  path: string,
  errors: Errors,
): void {
  for (const segment of text.split('.')) {
    const complaints = complaintsOf(segment);
    for (const complaint of complaints) {
      errors.push(invalid(path, text, `validating label ${goQuote(segment)}: ${complaint}`));
    }
    if (complaints.length > 0) return;
  }
}

/** A bundle's name starts with its signer's, with colons for slashes. */
export function clusterTrustBundleNameComplaints(name: string, signer: string, prefix: boolean): readonly string[] {
  if (signer === '') {
    if (name.includes(':')) return ['ClusterTrustBundle without signer name must not have ":" in its name'];
    return validateDnsSubdomainName(name, prefix);
  }
  const start = `${signer.replaceAll('/', ':')}:`;
  if (!name.startsWith(start)) {
    return [`ClusterTrustBundle for signerName ${signer} must be named with prefix ${start}`];
  }
  return validateDnsSubdomainName(name.slice(start.length), prefix);
}
