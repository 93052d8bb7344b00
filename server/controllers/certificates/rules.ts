/** What the built-in signers sign, who is approved without a person, and what is kept no longer. Pure. */
import type { CertificateSigningRequest } from '../../client/api-types.ts';
import type { RequestedCertificate } from './signer.ts';

const hour = 3_600_000;

export function conditionOf(
  { status }: CertificateSigningRequest,
  type: string,
): { readonly status: string; readonly lastUpdateTime?: string } | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

export function isApproved(request: CertificateSigningRequest): boolean {
  return conditionOf(request, 'Approved') !== undefined && conditionOf(request, 'Denied') === undefined;
}

export function isIssued({ status }: CertificateSigningRequest): boolean {
  return status?.certificate !== undefined && status.certificate !== '';
}

type Rule = (asked: RequestedCertificate, usages: readonly string[]) => string | undefined;

const setOf = (usages: readonly string[]) => usages.toSorted().join();
const clientUsages = ['client auth', 'digital signature', 'key encipherment'];
const servingUsages = ['digital signature', 'key encipherment', 'server auth'];
const withoutEncipherment = (usages: readonly string[]) => usages.filter((usage) => usage !== 'key encipherment');
const goList = (values: readonly string[]) => `[${values.join(' ')}]`;

function nodeProblem({ organizations }: RequestedCertificate): string | undefined {
  return organizations.length === 1 && organizations[0] === 'system:nodes'
    ? undefined
    : 'subject organization is not system:nodes';
}

function usagesProblem(usages: readonly string[], required: readonly string[]): string | undefined {
  const fits = [required, withoutEncipherment(required)].some((wanted) => setOf(usages) === setOf(wanted));
  return fits ? undefined : `usages did not match ${goList(required)}`;
}

const nodeName = ({ commonName }: RequestedCertificate) =>
  commonName.startsWith('system:node:') ? undefined : 'subject common name does not begin with system:node:';

const kubeletClient: Rule = (asked, usages) => {
  if (asked.dnsNames.length > 0) return nodeProblem(asked) ?? 'DNS subjectAltNames are not allowed';
  if (asked.emailAddresses.length > 0) return nodeProblem(asked) ?? 'Email subjectAltNames are not allowed';
  if (asked.ipAddresses.length > 0) return nodeProblem(asked) ?? 'IP subjectAltNames are not allowed';
  if (asked.uris.length > 0) return nodeProblem(asked) ?? 'URI subjectAltNames are not allowed';
  return nodeProblem(asked) ?? nodeName(asked) ?? usagesProblem(usages, clientUsages);
};

const kubeletServing: Rule = (asked, usages) => {
  const problem = nodeProblem(asked);
  if (problem !== undefined) return problem;
  if (asked.dnsNames.length + asked.ipAddresses.length === 0) return 'DNS or IP subjectAltName is required';
  if (asked.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed';
  if (asked.uris.length > 0) return 'URI subjectAltNames are not allowed';
  return usagesProblem(usages, servingUsages) ?? nodeName(asked);
};

const apiServerClient: Rule = (_, usages) => {
  const wrong = usages.find((usage) => !clientUsages.includes(usage));
  if (wrong !== undefined) return `invalid usage for client certificate: ${wrong}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
};

/** By signer name: why it would not sign a request; unknown signers are others'. */
export const signerRules: ReadonlyMap<string, Rule> = new Map([
  ['kubernetes.io/kube-apiserver-client', apiServerClient],
  ['kubernetes.io/kube-apiserver-client-kubelet', kubeletClient],
  ['kubernetes.io/kubelet-serving', kubeletServing],
  ['kubernetes.io/legacy-unknown', () => undefined],
]);

export interface AutomaticApproval {
  /** The subresource of certificatesigningrequests that the requester must be allowed to create. */
  readonly permission: string;
  readonly message: string;
}

/** Kubelets' own client certificates, and those of nodes that join. */
export function automaticApprovals(
  request: CertificateSigningRequest,
  asked: RequestedCertificate,
): AutomaticApproval[] {
  const { signerName, usages = [], username } = request.spec ?? {};
  if (signerName !== 'kubernetes.io/kube-apiserver-client-kubelet' || kubeletClient(asked, usages) !== undefined)
    return [];
  const node = {
    permission: 'nodeclient',
    message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
  };
  if (username !== asked.commonName) return [node];
  const self = {
    permission: 'selfnodeclient',
    message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
  };
  return [self, node];
}

/** Seconds asked for, within what a signer gives: ten minutes to its own most. */
export function durationOf({ spec }: CertificateSigningRequest, most: number): number {
  const asked = spec?.expirationSeconds;
  return asked === undefined ? most : Math.min(most, Math.max(600_000, asked * 1000));
}

/** Nobody will look at it any more. `expiresAt`: the end of its certificate, in milliseconds. */
export function isOutdated(request: CertificateSigningRequest, now: number, expiresAt: number | undefined): boolean {
  const age = (time: string | undefined) => (time === undefined ? 0 : now - Date.parse(time));
  const { creationTimestamp } = request.metadata;
  const conditions = request.status?.conditions ?? [];
  if (conditions.length === 0) return age(creationTimestamp ?? undefined) > 24 * hour;
  if (isIssued(request) && expiresAt !== undefined && expiresAt < now) return true;
  return conditions.some(({ type, lastUpdateTime }) => {
    if (type === 'Denied' || type === 'Failed') return age(lastUpdateTime) > hour;
    return type === 'Approved' && age(lastUpdateTime) > (isIssued(request) ? hour : 24 * hour);
  });
}
