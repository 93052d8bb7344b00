import { webcrypto, X509Certificate } from 'node:crypto';
import test from 'ava';
import { systemClock } from '../apimachinery/clock/clock.ts';
import type { CertificateSigningRequest } from '../client/api-types.ts';
import { Client } from '../client/client.ts';
import { httpsTransport } from '../client/https-transport.ts';
import { parseKubeConfig } from '../client/kube-config.ts';
import { certificateSigningRequests } from '../client/resource-types.ts';
import { loadX509 } from './certificate-authority.ts';
import { type Portico, startPortico } from './start-portico.ts';

let portico: Portico;
const ended = new AbortController();
test.before(async () => {
  const controllers =
    'certificatesigningrequest-approving-controller,certificatesigningrequest-signing-controller,serviceaccount-controller';
  portico = await startPortico({ storage: 'memory:', controllers });
});
test.after.always(async () => {
  ended.abort();
  await portico?.stop();
});

async function newRequest(subject: string): Promise<{ pem: string; key: string }> {
  const x509 = await loadX509();
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({ name: subject, keys, signingAlgorithm: algorithm });
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
  return { pem: csr.toString('pem'), key };
}

async function submit(name: string, subject: string, more: Partial<CertificateSigningRequest['spec']> = {}) {
  const { pem, key } = await newRequest(subject);
  const request = Buffer.from(pem).toString('base64');
  const spec = { request, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'], ...more };
  const made = await portico.client.of(certificateSigningRequests).create({ metadata: { name }, spec });
  return { made, key };
}

async function approve(request: CertificateSigningRequest): Promise<void> {
  const condition = { type: 'Approved', status: 'True', reason: 'Test', message: '' };
  const status = { conditions: [condition] };
  await portico.client.of(certificateSigningRequests).update({ ...request, status }, { subresource: 'approval' });
}

async function untilStatus(name: string, fits: (status: NonNullable<CertificateSigningRequest['status']>) => boolean) {
  const watch = await portico.client
    .of(certificateSigningRequests)
    .watch({ fieldSelector: `metadata.name=${name}`, sendInitialEvents: true });
  for await (const { object } of watch) if (object.status !== undefined && fits(object.status)) return object.status;
  throw new Error('the watch ended');
}

test('an approved request becomes a certificate that the server believes', async (t) => {
  const { made, key } = await submit('person', 'CN=say \\"hi\\"\\, O=not-a-group,O=builders', {
    expirationSeconds: 3600,
  });
  t.is(made.status?.certificate, undefined);
  await approve(made);
  const { certificate = '' } = await untilStatus('person', (status) => status.certificate !== undefined);
  const pem = Buffer.from(certificate, 'base64').toString('utf8');
  const left = Date.parse(new X509Certificate(pem).validTo) - Date.now();
  t.true(left > 3_500_000 && left < 3_700_000);
  const kubeConfig = { ...(await parseKubeConfig(portico.kubeConfig)), certificate: pem, key, token: undefined };
  const client = new Client({
    transport: httpsTransport({ kubeConfig, clock: systemClock, signal: ended.signal }),
    userAgent: 'test',
  });
  const review = await client.request<{ status: { userInfo: { username: string; groups: string[] } } }>({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
  });
  t.is(review.status.userInfo.username, 'say "hi", O=not-a-group');
  t.true(review.status.userInfo.groups.includes('builders'));
  t.false(review.status.userInfo.groups.includes('not-a-group'));
});

test('a request that its signer does not sign has failed, and says why', async (t) => {
  const { made } = await submit('server', 'CN=server', { usages: ['server auth'] });
  await approve(made);
  const { conditions, certificate } = await untilStatus(
    'server',
    (status) => status.conditions?.some(({ type }) => type === 'Failed') === true,
  );
  t.is(certificate, undefined);
  const failed = conditions?.find(({ type }) => type === 'Failed');
  t.is(failed?.reason, 'SignerValidationFailure');
  t.is(failed?.message, 'invalid usage for client certificate: server auth');
});

test("a node's request is approved without a person where its requester may, and signed", async (t) => {
  await submit('node', 'O=system:nodes,CN=system:node:a', {
    signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
    usages: ['client auth', 'digital signature'],
  });
  const { conditions } = await untilStatus('node', (status) => status.certificate !== undefined);
  t.is(conditions?.[0]?.reason, 'AutoApproved');
  t.is(conditions?.[0]?.message, 'Auto approving kubelet client certificate after SubjectAccessReview.');
});

test('a request that nobody approves stays as it is', async (t) => {
  const { made } = await submit('pending', 'CN=pending');
  await submit('marker', 'O=system:nodes,CN=system:node:b', {
    signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
    usages: ['client auth', 'digital signature'],
  });
  await untilStatus('marker', (status) => status.certificate !== undefined);
  const now = await portico.client.of(certificateSigningRequests).get('pending');
  t.is(now.metadata.resourceVersion, made.metadata.resourceVersion);
});
