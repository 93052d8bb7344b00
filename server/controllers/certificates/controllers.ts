/** Certificate requests: approved where the rules say so, signed once approved, cleaned up afterwards. */
import { X509Certificate } from 'node:crypto';
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { CertificateSigningRequest } from '../../client/api-types.ts';
import { isNotFound } from '../../client/client.ts';
import type { ResourceType } from '../../client/resource-type.ts';
import { certificateSigningRequests } from '../../client/resource-types.ts';
import { sweep } from './sweep.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import { automaticApprovals, conditionOf, durationOf, isApproved, isIssued, isOutdated, signerRules } from './rules.ts';

const account = 'certificate-controller';
/** Milliseconds; upstream: --cluster-signing-duration. */
const longest = 365 * 24 * 3_600_000;
/** Milliseconds between two rounds of cleaning. */
const cleanEvery = 3_600_000;

interface SubjectAccessReview {
  readonly metadata: object;
  readonly spec: object;
  readonly status?: { readonly allowed?: boolean };
}

const accessReviews: ResourceType<SubjectAccessReview> = {
  group: 'authorization.k8s.io',
  version: 'v1',
  resource: 'subjectaccessreviews',
  kind: 'SubjectAccessReview',
  namespaced: false,
};

export const certificateApprover: Controller = {
  name: 'certificatesigningrequest-approving-controller',
  alias: 'csrapproving',
  account,
  run: (context) => runOnRequests(context, 'certificate_csrapproving', approve),
};

export const certificateSigner: Controller = {
  name: 'certificatesigningrequest-signing-controller',
  alias: 'csrsigning',
  account,
  run: (context) => runOnRequests(context, 'certificate_csrsigning', sign),
};

export const certificateCleaner: Controller = {
  name: 'certificatesigningrequest-cleaner-controller',
  alias: 'csrcleaner',
  account,
  async run(context) {
    await sweep(context, certificateSigningRequests, {
      every: cleanEvery,
      isOutdated: (request, now) => isOutdated(request, now, expiryOf(request)),
    });
  },
};

async function runOnRequests(
  context: ControllerContext,
  name: string,
  work: (context: ControllerContext, request: CertificateSigningRequest) => Promise<void>,
): Promise<void> {
  const all = context.informers.of(certificateSigningRequests);
  await runReconciler({
    context,
    name,
    triggers: [on(all)],
    async reconcile(key) {
      const request = all.lister.byKey(key);
      if (request !== undefined) await work(context, request).catch(unlessGone);
    },
  });
}

async function approve(
  { client, clock, settings }: ControllerContext,
  request: CertificateSigningRequest,
): Promise<void> {
  const { signer } = settings;
  const isDecided = conditionOf(request, 'Approved') !== undefined || conditionOf(request, 'Denied') !== undefined;
  if (signer === undefined || isIssued(request) || isDecided) return;
  if (request.spec?.signerName !== 'kubernetes.io/kube-apiserver-client-kubelet') return;
  const asked = await signer.read(pemOf(request));
  const { username, uid, groups, extra } = request.spec;
  for (const { permission, message } of automaticApprovals(request, asked)) {
    const resourceAttributes = {
      group: 'certificates.k8s.io',
      resource: 'certificatesigningrequests',
      verb: 'create',
      subresource: permission,
      version: '*',
    };
    const spec = { user: username, uid, groups, extra, resourceAttributes };
    const review = await client.of(accessReviews).create({ metadata: {}, spec });
    if (review.status?.allowed !== true) continue;
    const now = formatTime(clock.now());
    const condition = { type: 'Approved', status: 'True', reason: 'AutoApproved', message, lastUpdateTime: now };
    const status = { ...request.status, conditions: [...(request.status?.conditions ?? []), condition] };
    await client.of(certificateSigningRequests).update({ ...request, status }, { subresource: 'approval' });
    return;
  }
}

async function sign({ client, clock, settings }: ControllerContext, request: CertificateSigningRequest): Promise<void> {
  const { signer } = settings;
  const rule = signerRules.get(request.spec?.signerName ?? '');
  const isOver = isIssued(request) || conditionOf(request, 'Failed') !== undefined;
  if (signer === undefined || rule === undefined || isOver || !isApproved(request)) return;
  const usages = request.spec?.usages ?? [];
  const pem = pemOf(request);
  const problem = rule(await signer.read(pem), usages);
  const resource = client.of(certificateSigningRequests);
  if (problem !== undefined) {
    const now = formatTime(clock.now());
    const failed = {
      type: 'Failed',
      status: 'True',
      reason: 'SignerValidationFailure',
      message: problem,
      lastUpdateTime: now,
    };
    await resource.updateStatus({
      ...request,
      status: { ...request.status, conditions: [...(request.status?.conditions ?? []), failed] },
    });
    return;
  }
  const notAfter = clock.now() + durationOf(request, longest);
  const certificate = Buffer.from(await signer.sign(pem, { usages, notAfter })).toString('base64');
  await resource.updateStatus({ ...request, status: { ...request.status, certificate } });
}

function pemOf({ spec }: CertificateSigningRequest): string {
  return Buffer.from(spec?.request ?? '', 'base64').toString('utf8');
}

function expiryOf({ status }: CertificateSigningRequest): number | undefined {
  if (status?.certificate === undefined) return undefined;
  try {
    return Date.parse(new X509Certificate(Buffer.from(status.certificate, 'base64')).validTo);
  } catch {
    return undefined;
  }
}

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
